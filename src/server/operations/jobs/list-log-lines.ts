import 'server-only';
import type { JobLogLine } from '@/lib/job';
import { readLog } from '@/server/jobs/logs/read-log';
import type { TeamContext } from '@/server/operations/team-context';

import { assertJobOfTeam } from './job-rows';

/** One page of a job's log. Throws job.not-found. */
export async function listLogLines(
  ctx: TeamContext,
  input: { job: string; from: number; to: number },
): Promise<{ lines: readonly JobLogLine[] }> {
  await assertJobOfTeam(ctx, input.job);
  return { lines: await readLog(ctx.db, input) };
}
