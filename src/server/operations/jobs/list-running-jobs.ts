import 'server-only';
import { plainText } from '@/lib/ansi';
import type { RunningJobView } from '@/lib/job-view';
import type { TeamContext } from '@/server/operations/team-context';

import { activeStates, jobSummarySelect, summaryOf } from './job-rows';

const shownMax = 50;
const lastLineLengthMax = 200;

const lastLinesOf = async ({ db }: TeamContext, jobIds: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  if (jobIds.length === 0) return new Map();
  // One look at the end of each job's index; Prisma's `distinct` would read the whole logs.
  const rows = await db.$queryRaw<{ jobId: string; text: string }[]>`
    select last."jobId", last."text"
    from unnest(${[...jobIds]}::text[]) as wanted(id)
    cross join lateral (
      select "jobId", "text" from "JobLog" where "jobId" = wanted.id order by "seq" desc limit 1
    ) as last`;
  return new Map(rows.map(({ jobId, text }) => [jobId, plainText(text).slice(0, lastLineLengthMax)]));
};

/** The team's jobs that have not ended, oldest first, each with the last line of its log. At most fifty. */
export async function listRunningJobs(ctx: TeamContext): Promise<readonly RunningJobView[]> {
  const rows = await ctx.db.job.findMany({
    where: { state: { in: [...activeStates] } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: shownMax,
    select: jobSummarySelect,
  });
  const lastLines = await lastLinesOf(
    ctx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...summaryOf(row), lastLine: lastLines.get(row.id) ?? null }));
}
