import 'server-only';
import type { JobState } from '@/lib/job';
import { AppError } from '@/server/errors/app-error';
import { deliverHeldJobs } from '@/server/jobs/batches';
import { cancelJob } from '@/server/operations/jobs/cancel-job';
import { retryJob } from '@/server/operations/jobs/retry-job';
import type { TeamContext } from '@/server/operations/team-context';

import { getBatch } from './get-batch';

/** What became of each job: done, or left as it is and why. */
export interface BatchSteered {
  readonly done: number;
  readonly refused: readonly { readonly machine: string; readonly reason: string }[];
}

const steer = async (
  ctx: TeamContext,
  input: { readonly batch: string; readonly states: readonly JobState[] },
  act: (job: string) => Promise<unknown>,
): Promise<BatchSteered> => {
  const { jobs } = await getBatch(ctx, { batch: input.batch });
  const refused: { machine: string; reason: string }[] = [];
  let done = 0;
  for (const { id, subject } of jobs.filter(({ state }) => input.states.includes(state))) {
    try {
      await act(id);
      done += 1;
    } catch (error) {
      // Allowed: a job has moved on, or its machine is busy. The others are steered all the same.
      if (!(error instanceof AppError)) throw error;
      refused.push({ machine: subject, reason: error.public });
    }
  }
  return { done, refused };
};

/** Cancels the jobs of a batch that have not begun; those that run come to their end. Throws batch.not-found. */
export const cancelRest = (ctx: TeamContext, { batch }: { batch: string }): Promise<BatchSteered> =>
  steer(ctx, { batch, states: ['queued'] }, (job) => cancelJob(ctx, { job }));

/** Puts the failed and cancelled jobs of a batch back; they begin as many at a time as the batch allows. Throws batch.not-found. */
export async function retryFailed(ctx: TeamContext, { batch }: { batch: string }): Promise<BatchSteered> {
  const steered = await steer(ctx, { batch, states: ['failed', 'cancelled'] }, (job) => retryJob(ctx, { job }));
  await deliverHeldJobs(ctx.runtime);
  return steered;
}
