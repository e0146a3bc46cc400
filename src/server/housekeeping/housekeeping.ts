import 'server-only';
import { deliverHeldJobs } from '@/server/jobs/batches';
import { compressLogs, removeOldLogs } from '@/server/jobs/logs/keep-logs';
import { removeStrayFiles } from '@/server/operations/images/remove-stray-files';
import { retryTombstones } from '@/server/operations/ledger/retry-tombstones';
import type { Runtime } from '@/server/runtime';

/** Something that has to be done from time to time, by any replica that works; two may do it at once. */
interface Chore {
  readonly name: string;
  readonly everyMs: number;
  run(runtime: Runtime, signal: AbortSignal): Promise<unknown>;
}

const minute = 60_000;

/** One line each. */
const chores: readonly Chore[] = [
  { name: 'deliver held jobs', everyMs: 5000, run: deliverHeldJobs },
  { name: 'compress logs', everyMs: minute, run: compressLogs },
  { name: 'retry tombstones', everyMs: minute, run: retryTombstones },
  { name: 'remove old logs', everyMs: 60 * minute, run: removeOldLogs },
  { name: 'remove stray files of images', everyMs: 60 * minute, run: removeStrayFiles },
];

const repeat = async (runtime: Runtime, chore: Chore, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    try {
      await chore.run(runtime, signal);
    } catch (err) {
      if (signal.aborted) return;
      runtime.log.warn({ err, chore: chore.name }, 'a chore failed; it is done again later');
    }
    // Allowed to fail: an abort during the pause ends the loop.
    await runtime.clock.sleep(chore.everyMs, signal).catch(() => undefined);
  }
};

/** Does every chore in its own rhythm until `signal` aborts. */
export async function keepHouse(runtime: Runtime, signal: AbortSignal): Promise<void> {
  await Promise.all(chores.map((chore) => repeat(runtime, chore, signal)));
}
