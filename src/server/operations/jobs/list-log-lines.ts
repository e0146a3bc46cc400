import 'server-only';
import type { JobLogLine } from '@/lib/job';
import { type LogStream, logStreams } from '@/lib/step-log';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { assertJobOfTeam } from './job-rows';

const logLineSelect = { seq: true, step: true, at: true, stream: true, text: true } satisfies Prisma.JobLogSelect;

const streamOf = (stored: string): LogStream => logStreams.find((stream) => stream === stored) ?? 'stdout';

/** Lines `from` to `to` (both included, as far as they exist), in order. The caller has made sure that the job is the team's. */
export async function readLogLines(
  { db }: Pick<TeamContext, 'db'>,
  range: { job: string; from: number; to: number },
): Promise<readonly JobLogLine[]> {
  const rows = await db.jobLog.findMany({
    where: { jobId: range.job, seq: { gte: range.from, lte: range.to } },
    orderBy: { seq: 'asc' },
    select: logLineSelect,
  });
  return rows.map(({ at, stream, ...row }) => ({ ...row, atMs: at.getTime(), stream: streamOf(stream) }));
}

/** One page of a job's log. Throws job.not-found. */
export async function listLogLines(
  ctx: TeamContext,
  input: { job: string; from: number; to: number },
): Promise<{ lines: readonly JobLogLine[] }> {
  await assertJobOfTeam(ctx, input.job);
  return { lines: await readLogLines(ctx, input) };
}
