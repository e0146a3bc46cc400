import 'server-only';
import type { LogOutline, LogSegment } from '@/lib/job-view';
import type { TeamContext } from '@/server/operations/team-context';

/**
 * Where each step's lines are in a job's log, without reading a line: a viewer of a long log knows its shape at once and
 * fetches what it shows. The caller has made sure that the job is the team's.
 */
export async function readLogOutline({ db }: TeamContext, jobId: string): Promise<LogOutline> {
  // Lines of one step that follow each other differ from their rank within the step by the same number.
  const segments = await db.$queryRaw<LogSegment[]>`
    select "step", min("seq")::int as "from", max("seq")::int as "to"
    from (
      select "step", "seq", "seq" - row_number() over (partition by "step" order by "seq") as island
      from "JobLog" where "jobId" = ${jobId}
    ) as numbered
    group by "step", island
    order by "from"`;
  return { lastSeq: segments.at(-1)?.to ?? 0, segments };
}
