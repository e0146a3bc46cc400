import 'server-only';
import { jobCan, type JobState } from '@/lib/job';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import { deliverHeldJobs } from '@/server/jobs/batches';
import type { JobKind } from '@/server/jobs/job-kind';
import { jobKinds } from '@/server/jobs/list';
import type { TeamContext } from '@/server/operations/team-context';

import { announceJob } from './announce-job';
import { jobNotFound, wrongState } from './job-rows';
import { assertMaySteer, steeredJobSelect } from './job-steering';
import { assertMachineFree } from './machine-free';

const retriedJobSelect = {
  ...steeredJobSelect,
  createdAt: true,
  rollsBackId: true,
  batchId: true,
} satisfies Prisma.JobSelect;

/** A roll-back goes on only while the job that it takes back has not been run again since. */
const assertStillRolledBack = async (tx: Transaction, job: { rollsBackId: string | null; createdAt: Date }) => {
  if (job.rollsBackId === null) return;
  const former = await tx.job.findUnique({
    where: { id: job.rollsBackId },
    select: { state: true, startedAt: true },
  });
  if (former && jobCan.rollBack(former.state) && (former.startedAt ?? job.createdAt) <= job.createdAt) return;
  throw new AppError({
    code: 'job.wrong-state',
    public: 'The job that this one takes back has been run again since. Roll that job back anew.',
  });
};

const putBack = async (
  tx: Transaction,
  job: { id: string; state: JobState },
  deliveredAt: Date | null,
): Promise<void> => {
  const { count } = await tx.job.updateMany({
    where: { id: job.id, state: job.state },
    data: {
      state: 'queued',
      error: Prisma.DbNull,
      startedAt: null,
      finishedAt: null,
      cancelRequestedAt: null,
      cancelRequestedBy: null,
      deliveredAt,
    },
  });
  if (count === 0) throw wrongState('queued', 'retry');
  await tx.jobStep.updateMany({
    where: { jobId: job.id, state: { not: 'succeeded' } },
    data: { state: 'pending', tries: 0, startedAt: null, finishedAt: null },
  });
};

/**
 * Puts a failed or cancelled job back into the queue. It goes on at the first step that is not done, with what the steps
 * before it have learnt; its log goes on behind the last line. Throws job.not-found, job.wrong-state, job.machine-busy,
 * auth.forbidden.
 */
export async function retryJob(
  ctx: TeamContext,
  input: { job: string },
  kinds: ReadonlyMap<string, JobKind> = jobKinds,
): Promise<{ state: JobState }> {
  const { runtime, actor, db } = ctx;
  await db.$transaction(async (tx) => {
    const job = await tx.job.findUnique({ where: { id: input.job }, select: retriedJobSelect });
    if (!job) throw jobNotFound();
    assertMaySteer(actor, job);
    if (!jobCan.retry(job.state)) throw wrongState(job.state, 'retry');
    await assertMachineFree(tx, job, 'retry');
    await assertStillRolledBack(tx, job);
    // A job of a batch waits for its turn in it.
    const isHeld = job.batchId !== null;
    await putBack(tx, job, isHeld ? null : runtime.clock.now());
    await kinds.get(job.kind)?.onRetried?.({ tx, machineId: job.machineId });
    await recordAudit(tx, actor, {
      action: 'job.retried',
      target: { type: 'job', id: job.id, name: job.subject },
      before: { kind: job.kind, state: job.state },
      after: { kind: job.kind, state: 'queued' },
    });
    if (!isHeld) await runtime.queue.enqueue(tx, { jobId: job.id, key: job.machineId ?? job.id });
  });
  await deliverHeldJobs(runtime);
  await announceJob(ctx, input.job);
  return { state: 'queued' };
}
