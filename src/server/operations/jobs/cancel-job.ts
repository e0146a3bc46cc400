import 'server-only';
import { jobCan, type JobError, type JobState } from '@/lib/job';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import { errorCatalogue } from '@/server/errors/catalogue';
import type { JobKind } from '@/server/jobs/job-kind';
import { jobKinds } from '@/server/jobs/list';
import type { TeamContext } from '@/server/operations/team-context';

import { announceJob } from './announce-job';
import { jobNotFound, wrongState } from './job-rows';
import { assertMaySteer, steeredJobSelect } from './job-steering';

const cancelledJobSelect = {
  ...steeredJobSelect,
  teamId: true,
  createdById: true,
  createdByName: true,
  steps: { select: { index: true, state: true }, orderBy: { index: 'asc' } },
} satisfies Prisma.JobSelect;

const findJob = async (tx: Transaction, id: string) => {
  const job = await tx.job.findUnique({ where: { id }, select: cancelledJobSelect });
  if (!job) throw jobNotFound();
  return job;
};

type JobRow = Awaited<ReturnType<typeof findJob>>;

const cancelledBy = (name: string, job: JobRow): JobError => ({
  code: 'job.cancelled',
  title: errorCatalogue['job.cancelled'].title,
  public: `Cancelled by ${name} before it began. Nothing was changed by it; retry puts it back into the queue.`,
  step: job.steps.find(({ state }) => state !== 'succeeded')?.index ?? 0,
});

/**
 * Ends a job that no worker has begun. The attempt is counted up, so that a worker that takes the job at this very moment
 * finds itself superseded.
 */
const cancelQueued = async (ctx: TeamContext, tx: Transaction, job: JobRow): Promise<boolean> => {
  const now = ctx.runtime.clock.now();
  const { count } = await tx.job.updateMany({
    where: { id: job.id, state: 'queued' },
    data: {
      state: 'cancelled',
      attempt: { increment: 1 },
      cancelRequestedAt: now,
      cancelRequestedBy: ctx.actor.name,
      finishedAt: now,
      error: { ...cancelledBy(ctx.actor.name, job) },
    },
  });
  if (count === 0) return false;
  await tx.jobStep.updateMany({
    where: { jobId: job.id, state: { not: 'succeeded' } },
    data: { state: 'cancelled', finishedAt: now },
  });
  return true;
};

const askRunning = async (ctx: TeamContext, tx: Transaction, job: JobRow): Promise<boolean> => {
  const { count } = await tx.job.updateMany({
    where: { id: job.id, state: { in: ['running', 'waiting'] } },
    data: {
      state: 'cancelling',
      cancelRequestedAt: ctx.runtime.clock.now(),
      cancelRequestedBy: ctx.actor.name,
    },
  });
  return count > 0;
};

const cancel = async (ctx: TeamContext, tx: Transaction, id: string): Promise<{ job: JobRow; state: JobState }> => {
  const job = await findJob(tx, id);
  assertMaySteer(ctx.actor, job);
  if (!jobCan.cancel(job.state)) throw wrongState(job.state, 'cancel');
  // The row may have moved on since it was read, so each change names the state that it starts from.
  const state = (await cancelQueued(ctx, tx, job))
    ? 'cancelled'
    : (await askRunning(ctx, tx, job))
      ? 'cancelling'
      : null;
  if (!state) throw wrongState((await findJob(tx, id)).state, 'cancel');
  await recordAudit(tx, ctx.actor, {
    action: state === 'cancelled' ? 'job.cancelled' : 'job.cancel-requested',
    target: { type: 'job', id: job.id, name: job.subject },
    before: { kind: job.kind, state: job.state },
    after: { kind: job.kind, state },
  });
  return { job, state };
};

const tellKind = async (ctx: TeamContext, kind: JobKind | undefined, job: JobRow): Promise<void> => {
  const payload = kind?.payload.safeParse(job.payload);
  if (!payload?.success) return;
  await kind?.onEnded?.({
    runtime: ctx.runtime,
    outcome: 'cancelled',
    job: {
      id: job.id,
      teamId: job.teamId,
      machineId: job.machineId,
      subject: job.subject,
      payload: payload.data,
      createdBy: { id: job.createdById, name: job.createdByName },
    },
  });
};

/**
 * Cancels a job. A queued one ends at once, and its kind puts the machine's state right; a running one is asked to stop:
 * its worker interrupts the step, or lets it come to its end where stopping in the middle would harm. Throws job.not-found,
 * job.wrong-state, auth.forbidden.
 */
export async function cancelJob(
  ctx: TeamContext,
  input: { job: string },
  kinds: ReadonlyMap<string, JobKind> = jobKinds,
): Promise<{ state: JobState }> {
  const { job, state } = await ctx.db.$transaction((tx) => cancel(ctx, tx, input.job));
  try {
    if (state === 'cancelled') await tellKind(ctx, kinds.get(job.kind), job);
  } finally {
    await announceJob(ctx, job.id);
  }
  return { state };
}
