import { waitFor } from '@/server/clock/wait-for';

import type { ProviderContext } from '../driver';
import { isAwsError } from './errors';

/**
 * Asks whether a call would be allowed, with an input that says `DryRun`. Undefined where Amazon says that it would; the
 * answer where the endpoint of a private cloud has done it all the same. Throws AppError, as the call would.
 */
export async function dryRun<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    // A dry run never succeeds: this is how Amazon says that it would.
    if (isAwsError(error, 'DryRunOperation')) return undefined;
    throw error;
  }
}

/**
 * Takes back what a dry run has made, at an endpoint that may not know it everywhere yet. Throws driver.failed where it never
 * does, with what is left behind.
 */
export const takeBack = (ctx: ProviderContext, what: string, remove: () => Promise<unknown>): Promise<void> =>
  waitFor<void>({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 2000,
    timeoutMs: 60_000,
    timeout: {
      code: 'driver.failed',
      what: `The check made ${what}, because this endpoint does not know dry runs; its removal`,
    },
    poll: async () => {
      try {
        await remove();
        return { done: true, value: undefined };
      } catch (error) {
        if (!isAwsError(error, 'InvalidInstanceID*', 'InvalidSpotInstanceRequestID*', 'InvalidGroup*')) throw error;
        return { done: false, observed: 'it is not known everywhere yet' };
      }
    },
  });
