import 'server-only';
import type { Runtime } from '@/server/runtime';

import { deliverHeldJobs } from './batches';
import type { JobKind } from './job-kind';
import { runJob } from './run-job';

// Allowed to fail: housekeeping looks again within seconds.
const goOnWithBatches = (runtime: Runtime): Promise<void> =>
  deliverHeldJobs(runtime).catch((err: unknown) => runtime.log.warn({ err }, 'held jobs could not be handed over'));

/**
 * Runs the jobs that the queue hands to this process. A job that is delivered once more while this very process still runs
 * it (its heartbeat was missed while the database was away) joins the run that there is, instead of taking its place.
 */
export function jobRunner(
  runtime: Runtime,
  options: { kinds: ReadonlyMap<string, JobKind>; stopping: AbortSignal },
): (jobId: string) => Promise<void> {
  const runs = new Map<string, Promise<void>>();
  return (jobId) => {
    const known = runs.get(jobId);
    if (known) return known;
    const run = runJob(runtime, jobId, options)
      .finally(() => runs.delete(jobId))
      .then(() => goOnWithBatches(runtime));
    runs.set(jobId, run);
    return run;
  };
}
