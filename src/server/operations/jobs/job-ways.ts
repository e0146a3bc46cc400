import 'server-only';
import { jobCan } from '@/lib/job';
import type { JobWays, StepView } from '@/lib/job-view';
import type { Prisma } from '@/server/db/generated/client';
import type { JobKind } from '@/server/jobs/job-kind';
import { undoPlan } from '@/server/jobs/undo-plan';
import type { TeamContext } from '@/server/operations/team-context';

import { activeStates } from './job-rows';
import { isRunnableAgain } from './run-again';

/** What tells which ways a job offers. */
export const jobWaysSelect = {
  kind: true,
  payload: true,
  machineId: true,
  state: true,
  attempt: true,
  deliveredAt: true,
  cancelRequestedBy: true,
  rollsBackId: true,
  rolledBackBy: { select: { id: true, state: true }, orderBy: { createdAt: 'desc' }, take: 1 },
  batch: { select: { id: true, atOnce: true } },
  steps: {
    select: { index: true, name: true, state: true, startedAt: true, finishedAt: true },
    orderBy: { index: 'asc' },
  },
} satisfies Prisma.JobSelect;

type JobWaysRow = Prisma.JobGetPayload<{ select: typeof jobWaysSelect }>;

type Kinds = ReadonlyMap<string, JobKind>;

/** The job's kind with what it was started with; null where this version cannot read it. */
const readKind = (row: JobWaysRow, kinds: Kinds): { kind: JobKind; payload: unknown } | null => {
  const kind = kinds.get(row.kind);
  const payload = kind?.payload.safeParse(row.payload);
  return kind && payload?.success ? { kind, payload: payload.data } : null;
};

const canRollBack = (row: JobWaysRow, kinds: Kinds): boolean => {
  const read = readKind(row, kinds);
  const [last] = row.rolledBackBy;
  if (!read || row.machineId === null || !jobCan.rollBack(row.state)) return false;
  return (!last || last.state === 'succeeded') && undoPlan(read.kind, read.payload, row).length > 0;
};

const batchOf = async ({ db }: TeamContext, row: JobWaysRow): Promise<JobWays['batch']> => {
  if (!row.batch) return null;
  const { id, atOnce } = row.batch;
  const isHeld = row.state === 'queued' && row.deliveredAt === null;
  const where = { batchId: id, state: { in: [...activeStates] }, deliveredAt: { not: null } };
  return { id, atOnce, isHeld, running: isHeld ? await db.job.count({ where }) : 0 };
};

/** What can be done with a job beside cancelling and retrying it, and what it belongs to. */
export async function jobWaysOf(ctx: TeamContext, row: JobWaysRow, kinds: Kinds): Promise<JobWays> {
  return {
    cancelRequestedBy: row.state === 'cancelling' ? row.cancelRequestedBy : null,
    rollsBackId: row.rollsBackId,
    rolledBackBy: row.rolledBackBy[0] ?? null,
    canRollBack: canRollBack(row, kinds),
    canRunAgain: row.machineId !== null && jobCan.runAgain(row.state) && isRunnableAgain(row.kind),
    batch: await batchOf(ctx, row),
  };
}

/** The steps with what a cancel and a deadline do to each; of a kind that this version does not know, nothing. */
export function stepsOf(row: JobWaysRow, kinds: Kinds): readonly StepView[] {
  const read = readKind(row, kinds);
  const known = new Map(read?.kind.steps(read.payload).map((step) => [step.name, step]));
  return row.steps.map((step) => ({
    ...step,
    isInterruptible: known.get(step.name)?.interruptible !== false,
    timeoutMs: known.get(step.name)?.timeoutMs ?? null,
  }));
}
