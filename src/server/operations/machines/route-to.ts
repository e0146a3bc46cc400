import 'server-only';
import { AppError } from '@/server/errors/app-error';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import type { HypervisorRef } from '@/server/hypervisors/hypervisors';
import type { Reached } from '@/server/provision/engine/reached';
import type { Runtime } from '@/server/runtime';
import { attempt, deadlineIn, seconds } from '@/server/ssh/attempt';
import type { Dial, Limits } from '@/server/ssh/dial';
import { LateSocket } from '@/server/ssh/late-socket';

/** The connection to a hypervisor host is shared, so a caller that gives up only stops waiting for it. */
const openWithin = (runtime: Runtime, ref: HypervisorRef, { signal, timeoutMs }: Limits): Promise<Hypervisor> =>
  attempt<Hypervisor>({
    signal,
    timeoutMs,
    timeout: () =>
      new AppError({
        code: 'driver.unreachable',
        public: `The hypervisor host of the machine did not answer within ${seconds(timeoutMs)}.`,
      }),
    begin: ({ done, fail }) => {
      const open = async () => done(await runtime.hypervisors.open(ref, signal));
      open().catch((error: unknown) => fail(error instanceof Error ? error : new Error(String(error))));
      return () => undefined;
    },
  });

/**
 * How the addresses of a machine are reached where that is through its hypervisor host; undefined where the console reaches them
 * itself. The dial throws driver.unreachable, hypervisor.not-found, and what `dial` throws.
 */
export const routeTo = (
  runtime: Runtime,
  teamId: string,
  { via }: { readonly via?: string | undefined },
): Dial | undefined =>
  via === undefined
    ? undefined
    : async (endpoint, { signal, timeoutMs }) => {
        const left = deadlineIn(timeoutMs);
        const hypervisor = await openWithin(runtime, { teamId, id: via }, { signal, timeoutMs });
        return hypervisor.dial(endpoint, { signal, timeoutMs: left() });
      };

/** An address and port for what speaks TLS, with the way there where there is one. */
export const reachedBy = (dial: Dial | undefined, { address, port }: Pick<Reached, 'address' | 'port'>): Reached => ({
  address,
  port,
  ...(dial && { connect: () => new LateSocket(dial, { host: address, port }) }),
});
