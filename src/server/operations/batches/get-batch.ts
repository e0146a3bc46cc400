import 'server-only';
import { z } from 'zod';

import type { BatchCounts, SkippedMachine } from '@/lib/batch';
import { jobStates } from '@/lib/job';
import type { JobSummary } from '@/lib/job-view';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import { jobSummarySelect, parseJobError, summaryOf } from '@/server/operations/jobs/job-rows';
import type { TeamContext } from '@/server/operations/team-context';

const skippedSchema = z.array(z.object({ machine: z.string(), reason: z.string() }));

const batchSelect = {
  id: true,
  kind: true,
  atOnce: true,
  skipped: true,
  createdByName: true,
  createdAt: true,
} satisfies Prisma.JobBatchSelect;

type BatchRow = Prisma.JobBatchGetPayload<{ select: typeof batchSelect }>;

/** A batch as lists show it. */
export interface BatchSummary {
  readonly id: string;
  readonly kind: string;
  readonly atOnce: number;
  readonly skipped: readonly SkippedMachine[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly counts: BatchCounts;
}

/** One job of a batch. */
export interface BatchJob extends JobSummary {
  /** Whether the batch holds it back. */
  readonly isHeld: boolean;
  /** Why it failed, in a sentence. */
  readonly reason: string | null;
}

export interface BatchView extends BatchSummary {
  readonly jobs: readonly BatchJob[];
}

const listedMax = 50;

const summary = ({ createdByName, skipped, ...row }: BatchRow, counts: BatchCounts): BatchSummary => ({
  ...row,
  skipped: skippedSchema.catch([]).parse(skipped),
  createdBy: createdByName,
  counts,
});

const noJobs = (): Record<keyof BatchCounts, number> => {
  const counts: Partial<Record<keyof BatchCounts, number>> = { held: 0 };
  for (const state of jobStates) counts[state] = 0;
  return counts as Record<keyof BatchCounts, number>;
};

const countsOf = async ({ db }: TeamContext, ids: readonly string[]): Promise<ReadonlyMap<string, BatchCounts>> => {
  const counts = new Map(ids.map((id) => [id, noJobs()]));
  const batchId = { in: [...ids] };
  const [byState, held] = await Promise.all([
    db.job.groupBy({ by: ['batchId', 'state'], where: { batchId }, _count: { _all: true } }),
    db.job.groupBy({
      by: ['batchId'],
      where: { batchId, state: 'queued', deliveredAt: null },
      _count: { _all: true },
    }),
  ]);
  for (const { batchId: id, state, _count: count } of byState) {
    const own = counts.get(id ?? '');
    if (own) own[state] = count._all;
  }
  for (const { batchId: id, _count: count } of held) {
    const own = counts.get(id ?? '');
    if (!own) continue;
    own.held = count._all;
    own.queued -= count._all;
  }
  return counts;
};

/** A batch with all of its jobs, in the order in which they begin. Throws batch.not-found. */
export async function getBatch(ctx: TeamContext, input: { batch: string }): Promise<BatchView> {
  const row = await ctx.db.jobBatch.findUnique({ where: { id: input.batch }, select: batchSelect });
  if (!row) {
    throw new AppError({ code: 'batch.not-found', public: 'There is no such batch in this team.' });
  }
  const [counts, jobs] = await Promise.all([
    countsOf(ctx, [row.id]),
    ctx.db.job.findMany({
      where: { batchId: row.id },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { ...jobSummarySelect, deliveredAt: true },
    }),
  ]);
  return {
    ...summary(row, counts.get(row.id) ?? noJobs()),
    jobs: jobs.map(({ deliveredAt, ...job }) => ({
      ...summaryOf(job),
      isHeld: job.state === 'queued' && deliveredAt === null,
      reason: parseJobError(job.error)?.public ?? null,
    })),
  };
}

/** The team's batches, newest first. At most fifty. */
export async function listBatches(ctx: TeamContext): Promise<readonly BatchSummary[]> {
  const rows = await ctx.db.jobBatch.findMany({
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: listedMax,
    select: batchSelect,
  });
  const counts = await countsOf(
    ctx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => summary(row, counts.get(row.id) ?? noJobs()));
}
