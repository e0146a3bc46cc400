import 'server-only';
import type { JobAhead, JobView, StepView, WaitingFor } from '@/lib/job-view';
import type { Prisma } from '@/server/db/generated/client';
import type { JobKind } from '@/server/jobs/job-kind';
import type { TeamContext } from '@/server/operations/team-context';

import { activeStates, jobNotFound, parseJobError } from './job-rows';

const jobViewSelect = {
  id: true,
  kind: true,
  subject: true,
  payload: true,
  machineId: true,
  machine: { select: { id: true, name: true, ownerId: true } },
  state: true,
  error: true,
  createdByName: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  waitingFor: true,
  logRemovedAt: true,
  steps: {
    select: { index: true, name: true, state: true, startedAt: true, finishedAt: true },
    orderBy: { index: 'asc' },
  },
} satisfies Prisma.JobSelect;

type JobRow = Prisma.JobGetPayload<{ select: typeof jobViewSelect }>;

const findAhead = async ({ db }: TeamContext, row: JobRow): Promise<JobAhead | null> => {
  if (row.state !== 'queued' || row.machineId === null) return null;
  const where: Prisma.JobWhereInput = {
    machineId: row.machineId,
    state: { in: [...activeStates] },
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

/** The steps that a cancel waits for. Of a kind or payload that this version does not know, none. */
const uninterruptible = (row: JobRow, kinds: ReadonlyMap<string, JobKind>): ReadonlySet<string> => {
  const kind = kinds.get(row.kind);
  const payload = kind?.payload.safeParse(row.payload);
  if (!kind || !payload?.success) return new Set();
  const steps = kind.steps(payload.data).filter(({ interruptible }) => interruptible === false);
  return new Set(steps.map(({ name }) => name));
};

/** A job and its steps as they are now. Throws job.not-found. */
export async function readJob(
  ctx: TeamContext,
  id: string,
  kinds: ReadonlyMap<string, JobKind>,
): Promise<{ job: JobView; steps: readonly StepView[]; ownerId: string | null }> {
  const row = await ctx.db.job.findUnique({ where: { id }, select: jobViewSelect });
  if (!row) throw jobNotFound();
  const waitedFor = uninterruptible(row, kinds);
  const { payload: _payload, machineId: _machineId, machine, steps, createdByName, error, ...shown } = row;
  return {
    job: {
      ...shown,
      machine: machine && { id: machine.id, name: machine.name },
      error: parseJobError(error),
      createdBy: createdByName,
      ahead: await findAhead(ctx, row),
      // Written by the runner only, with this type.
      waitingFor: row.waitingFor as unknown as WaitingFor | null,
    },
    steps: steps.map((step) => ({ ...step, isInterruptible: !waitedFor.has(step.name) })),
    ownerId: machine?.ownerId ?? null,
  };
}
