import 'server-only';
import { jobCan, type JobState } from '@/lib/job';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import type { JobKind } from '@/server/jobs/job-kind';
import { machineRollBackId } from '@/server/jobs/kinds/machine-roll-back';
import { jobKinds } from '@/server/jobs/list';
import { startJob } from '@/server/jobs/start-job';
import { undoPlan } from '@/server/jobs/undo-plan';
import type { TeamContext } from '@/server/operations/team-context';

import { announceJob } from './announce-job';
import { jobNotFound, wrongState } from './job-rows';
import { assertMaySteer, steeredJobSelect } from './job-steering';
import { assertMachineFree } from './machine-free';

const rolledBackJobSelect = {
  ...steeredJobSelect,
  checkpoint: true,
  createdAt: true,
  attempt: true,
  steps: { select: { name: true, state: true, startedAt: true }, orderBy: { index: 'asc' } },
  rolledBackBy: { select: { id: true, state: true }, orderBy: { createdAt: 'desc' }, take: 1 },
} satisfies Prisma.JobSelect;

type FormerJob = Prisma.JobGetPayload<{ select: typeof rolledBackJobSelect }>;

const refused = (sentence: string): AppError => new AppError({ code: 'job.wrong-state', public: sentence });

const findFormer = async (tx: Transaction, id: string): Promise<FormerJob> => {
  const job = await tx.job.findUnique({ where: { id }, select: rolledBackJobSelect });
  if (!job) throw jobNotFound();
  return job;
};

/** What a roll-back of the job takes back, last step first. Throws job.wrong-state with the reason why there is none. */
const planOf = (job: FormerJob, kinds: ReadonlyMap<string, JobKind>): string[] => {
  if (!jobCan.rollBack(job.state)) throw wrongState(job.state, 'rollBack');
  if (job.machineId === null) throw refused('Its machine is not in the console any more. Nothing can be taken back.');
  const [last] = job.rolledBackBy;
  if (last && jobCan.retry(last.state)) {
    throw refused('A roll-back of this job stopped half-way. Retry that one: it goes on where it stopped.');
  }
  const kind = kinds.get(job.kind);
  const payload = kind?.payload.safeParse(job.payload);
  const steps = kind && payload?.success ? undoPlan(kind, payload.data, job) : [];
  if (steps.length > 0) return steps;
  throw refused('Nothing that this job did can be taken back, or it has been already.');
};

/** A job that began later built on what this one did, so only the machine's last one can be taken back. */
const assertLast = async (tx: Transaction, job: FormerJob): Promise<void> => {
  const later = await tx.job.findFirst({
    where: {
      machineId: job.machineId,
      createdAt: { gt: job.createdAt },
      startedAt: { not: null },
      OR: [{ rollsBackId: null }, { rollsBackId: { not: job.id } }],
    },
    select: { id: true },
  });
  if (later) throw refused(`Another job has changed ${job.subject} since. Only the last one can be taken back.`);
};

/** What a roll-back would do: the steps that it takes back, in its order. Throws job.not-found, job.wrong-state. */
export async function previewRollBack(
  ctx: TeamContext,
  input: { job: string },
  kinds: ReadonlyMap<string, JobKind> = jobKinds,
): Promise<{ steps: readonly string[] }> {
  return ctx.db.$transaction(async (tx) => {
    const job = await findFormer(tx, input.job);
    const steps = planOf(job, kinds);
    await assertLast(tx, job);
    return { steps };
  });
}

/**
 * Starts the job that takes a failed or cancelled one back, step by step in reverse order. Throws job.not-found,
 * job.wrong-state, job.machine-busy, auth.forbidden.
 */
export async function rollBackJob(
  ctx: TeamContext,
  input: { job: string },
  kinds: ReadonlyMap<string, JobKind> = jobKinds,
): Promise<{ jobId: string; state: JobState }> {
  const { runtime, actor, db } = ctx;
  const started = await db.$transaction(async (tx) => {
    const job = await findFormer(tx, input.job);
    assertMaySteer(actor, job);
    const steps = planOf(job, kinds);
    await assertMachineFree(tx, job, 'roll it back');
    await assertLast(tx, job);
    const kind = kinds.get(machineRollBackId);
    if (!kind) throw new Error('no job kind takes jobs back');
    const { id } = await startJob(runtime, tx, {
      kind,
      actor,
      machineId: job.machineId,
      subject: job.subject,
      payload: { machineId: job.machineId, jobId: job.id, kind: job.kind, payload: job.payload, steps },
      checkpoint: job.checkpoint as Prisma.InputJsonObject,
      rollsBackId: job.id,
    });
    await recordAudit(tx, actor, {
      action: 'job.roll-back-started',
      target: { type: 'job', id: job.id, name: job.subject },
      before: { kind: job.kind, state: job.state },
      after: { steps },
    });
    return id;
  });
  await announceJob(ctx, input.job);
  return { jobId: started, state: 'queued' };
}
