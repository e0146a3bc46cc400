import 'server-only';
import type { JobState } from '@/lib/job';
import type { JobSummary } from '@/lib/job-view';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { jobSummarySelect, summaryOf } from './job-rows';

export interface JobFilter {
  /** Any of these; an empty list matches nothing, a missing one everything. */
  readonly states?: readonly JobState[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  /** Names of machines. Jobs of a machine that has been removed since are found by what they were about. */
  readonly machines?: readonly string[] | undefined;
  readonly machineId?: string | undefined;
  /** Parts of what the job is about; all have to occur. */
  readonly words?: readonly string[] | undefined;
}

export interface ListJobsInput extends JobFilter {
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | null | undefined;
  readonly limit: number;
}

export interface JobPage {
  readonly jobs: readonly JobSummary[];
  readonly nextCursor: string | null;
}

const cursorPattern = /^(\d{1,15})\.([0-9a-f-]{36})$/;

const cursorOf = (row: { createdAt: Date; id: string }): string => `${row.createdAt.getTime()}.${row.id}`;

const afterCursor = (cursor: string | null | undefined): Prisma.JobWhereInput => {
  const [, ms, id] = cursorPattern.exec(cursor ?? '') ?? [];
  if (ms === undefined || id === undefined) return {};
  const createdAt = new Date(Number(ms));
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
};

const ofMachines = (names: readonly string[]): Prisma.JobWhereInput => ({
  OR: [{ machine: { name: { in: [...names] } } }, { machineId: null, subject: { in: [...names] } }],
});

// Prisma's `contains` is LIKE, and leaves its wildcards as they are.
const literal = (word: string): string => word.replaceAll(/[\\%_]/g, String.raw`\$&`);

const matching = (filter: JobFilter): Prisma.JobWhereInput[] => [
  ...(filter.states ? [{ state: { in: [...filter.states] } }] : []),
  ...(filter.kinds ? [{ kind: { in: [...filter.kinds] } }] : []),
  ...(filter.machines ? [ofMachines(filter.machines)] : []),
  ...(filter.machineId === undefined ? [] : [{ machineId: filter.machineId }]),
  ...(filter.words ?? []).map((word) => ({ subject: { contains: literal(word), mode: 'insensitive' as const } })),
];

/** The team's jobs, newest first, page by page: a page begins right after the last row of the one before, so new jobs shift nothing. */
export async function listJobs({ db }: TeamContext, input: ListJobsInput): Promise<JobPage> {
  const rows = await db.job.findMany({
    where: { AND: [...matching(input), afterCursor(input.cursor)] },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: input.limit + 1,
    select: jobSummarySelect,
  });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    jobs: page.map(summaryOf),
    nextCursor: rows.length > input.limit && last ? cursorOf(last) : null,
  };
}
