import type { Clock } from '@/server/clock/clock';
import { isDatabaseAway } from '@/server/db/database-away';
import type { Log } from '@/server/log/log';

const firstMs = 100;
const longestMs = 2000;

/**
 * Does something in the database, and while the database is away tries it again until it is back. It may be done twice, so
 * it must bear that. Ends early only with the signal's reason: a job that runs outlives its database.
 */
export async function durably<T>(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  for (let pauseMs = firstMs; ; pauseMs = Math.min(longestMs, pauseMs * 2)) {
    try {
      return await run();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      if (pauseMs === firstMs) log.warn({ err: error }, 'the database is away; what has to be written waits for it');
      await clock.sleep(pauseMs, signal);
    }
  }
}
