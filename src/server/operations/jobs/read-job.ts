import 'server-only';
import type { JobAhead, JobView, StepView, WaitingFor } from '@/lib/job-view';
import type { Prisma } from '@/server/db/generated/client';
import { heldJob } from '@/server/jobs/batches';
import type { JobKind } from '@/server/jobs/job-kind';
import type { TeamContext } from '@/server/operations/team-context';

import { activeStates, jobNotFound, parseJobError } from './job-rows';
import type { SteeredJob } from './job-steering';
import { jobWaysOf, jobWaysSelect, stepsOf } from './job-ways';

const jobViewSelect = {
  ...jobWaysSelect,
  id: true,
  subject: true,
  machine: { select: { id: true, name: true, ownerId: true } },
  error: true,
  createdByName: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  waitingFor: true,
  logRemovedAt: true,
} satisfies Prisma.JobSelect;

type JobRow = Prisma.JobGetPayload<{ select: typeof jobViewSelect }>;

const findAhead = async ({ db }: TeamContext, row: JobRow): Promise<JobAhead | null> => {
  // A batch that holds a job back is what it waits for.
  if (row.state !== 'queued' || row.machineId === null || (row.batch && row.deliveredAt === null)) return null;
  const where: Prisma.JobWhereInput = {
    machineId: row.machineId,
    state: { in: [...activeStates] },
    NOT: heldJob,
    OR: [{ createdAt: { lt: row.createdAt } }, { createdAt: row.createdAt, id: { lt: row.id } }],
  };
  const [first, count] = await Promise.all([
    db.job.findFirst({
      where,
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { id: true, kind: true, subject: true },
    }),
    db.job.count({ where }),
  ]);
  return first ? { ...first, count } : null;
};

/** A job and its steps as they are now. Throws job.not-found. */
export async function readJob(
  ctx: TeamContext,
  id: string,
  kinds: ReadonlyMap<string, JobKind>,
): Promise<{ job: JobView; steps: readonly StepView[]; steered: SteeredJob }> {
  const row = await ctx.db.job.findUnique({ where: { id }, select: jobViewSelect });
  if (!row) throw jobNotFound();
  const { id: jobId, kind, subject, state, createdAt, startedAt, finishedAt, logRemovedAt } = row;
  return {
    job: {
      ...(await jobWaysOf(ctx, row, kinds)),
      id: jobId,
      kind,
      subject,
      state,
      createdAt,
      startedAt,
      finishedAt,
      logRemovedAt,
      machine: row.machine && { id: row.machine.id, name: row.machine.name },
      error: parseJobError(row.error),
      createdBy: row.createdByName,
      ahead: await findAhead(ctx, row),
      // Written by the runner only, with this type.
      waitingFor: row.waitingFor as unknown as WaitingFor | null,
    },
    steps: stepsOf(row, kinds),
    steered: row,
  };
}
