import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';

import type { DriverContext } from '../driver';

const slowBootMs = 20_000;
const floodLines = 20_000;
const trickleLines = 3000;
const trickleEveryMs = 10;
/** TEST-NET-1 (RFC 5737): an address that is nobody's. */
const address = '192.0.2.1';

/** The address of an instance that was switched on so many times. */
export const addressAfter = (boots: number, scenario: string): string =>
  scenario === 'address-moves' ? `192.0.2.${1 + (boots % 250)}` : address;

const boot = (ctx: DriverContext, takesMs: number): Promise<string> => {
  const readyAt = ctx.clock.now().getTime() + takesMs;
  return waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 1000,
    timeoutMs: takesMs + 60_000,
    timeout: { code: 'driver.failed', what: 'The boot' },
    onWaiting: (observed) => ctx.log.info(`Still waiting: ${observed}.`),
    poll: () =>
      Promise.resolve(
        ctx.clock.now().getTime() >= readyAt
          ? { done: true, value: address }
          : { done: false, observed: 'the instance boots' },
      ),
  });
};

export const failed = (sentence: string) => new AppError({ code: 'driver.failed', public: sentence });

export function quotaUsedUp(): AppError {
  const sentence = 'The simulated quota of 0 instances is used up. Choose another scenario.';
  return new AppError({ code: 'driver.failed', public: sentence, fieldErrors: { 'options.scenario': sentence } });
}

/** What happens once the instance has its address. */
export async function play(ctx: DriverContext, scenario: string): Promise<void> {
  switch (scenario) {
    case 'create-fails':
      throw failed('The simulated provider lost the instance while it was being set up. Retry, or remove the machine.');
    case 'slow-boot':
      await boot(ctx, slowBootMs);
      return;
    case 'bad-ssh':
      throw new AppError({
        code: 'ssh.timeout',
        public: `The simulated instance is up, but ${address}:22 does not answer.`,
      });
    case 'log-flood':
      for (let line = 1; line <= floodLines; line += 1) {
        ctx.log.line('stdout', `\u001B[3${line % 8}mline ${line}\u001B[0m of ${floodLines}`);
      }
      return;
    case 'log-trickle':
      for (let line = 1; line <= trickleLines; line += 1) {
        ctx.log.line('stdout', `line ${line} of ${trickleLines}`);
        await ctx.clock.sleep(trickleEveryMs, ctx.signal);
      }
      return;
    case 'hang':
      await boot(ctx, 24 * 60 * 60 * 1000);
      return;
    default:
  }
}
