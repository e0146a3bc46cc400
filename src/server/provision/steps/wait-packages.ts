import { waitFor } from '@/server/clock/wait-for';
import type { ShellScript } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';
import type { LockHolder } from '../package-manager';
import { readLockHolders } from '../packages/locks';

export interface PackageLocks {
  readonly probe: ShellScript;
  readonly timeoutMs?: number;
}

/** An unattended upgrade of a neglected host takes its time. */
const packagesTimeoutMs = 15 * 60_000;

/** For people: who keeps the package manager busy. */
export const describeHolders = (holders: readonly LockHolder[]) =>
  holders.map(({ command, pid }) => `"${command}" (process ${pid})`).join(' and ');

/**
 * Waits until nobody holds a lock of the package manager; says who does. Quick where nobody does.
 * Throws provision.packages-locked at the deadline.
 */
export async function waitForPackages(ctx: ProvisionContext, locks: PackageLocks): Promise<void> {
  const { clock, signal } = ctx;
  await waitFor({
    clock,
    signal,
    everyMs: 500,
    timeoutMs: locks.timeoutMs ?? packagesTimeoutMs,
    timeout: { code: 'provision.packages-locked', what: 'The end of the other work on packages' },
    onWaiting: (observed) => ctx.log.info(`Waiting: ${observed}.`),
    poll: async () => {
      const { report } = await runScript(ctx, {
        name: 'look for package locks',
        script: locks.probe,
        timeoutMs: 30_000,
      });
      const holders = readLockHolders(report);
      return holders.length === 0
        ? { done: true, value: undefined }
        : { done: false, observed: `the package manager is used by ${describeHolders(holders)}` };
    },
  });
}
