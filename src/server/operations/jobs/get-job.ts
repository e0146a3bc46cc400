import 'server-only';
import type { JobView, LogOutline, StepView } from '@/lib/job-view';
import type { JobKind } from '@/server/jobs/job-kind';
import { jobKinds } from '@/server/jobs/list';
import { readLogOutline } from '@/server/jobs/logs/read-log';
import type { TeamContext } from '@/server/operations/team-context';

import { type Steering, steeringOf } from './job-steering';
import { readJob } from './read-job';

export interface JobPageData {
  readonly job: JobView;
  readonly steps: readonly StepView[];
  readonly log: LogOutline;
  readonly steering: Steering;
}

/** All that a job's page shows before its log lines come: job, steps, where which step's lines are. Throws job.not-found. */
export async function getJob(
  ctx: TeamContext,
  input: { job: string },
  kinds: ReadonlyMap<string, JobKind> = jobKinds,
): Promise<JobPageData> {
  const { job, steps, steered } = await readJob(ctx, input.job, kinds);
  return {
    job,
    steps,
    log: await readLogOutline(ctx.db, input.job),
    steering: steeringOf(ctx.actor, steered),
  };
}
