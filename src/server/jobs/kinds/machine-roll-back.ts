import { z } from 'zod';

import { undoName } from '@/lib/job';
import { consoleActor } from '@/server/audit/actor';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { defineJobKind, type JobKind, type RunningJob, type Step } from '@/server/jobs/job-kind';
import { undoneSteps } from '@/server/jobs/undo-plan';

export const machineRollBackId = 'machine.roll-back';

const payload = z.strictObject({
  machineId: z.uuid().nullable(),
  /** The job that is taken back. */
  jobId: z.uuid(),
  kind: z.string(),
  /** That job's own payload. */
  payload: z.record(z.string(), z.unknown()),
  /** Names of its steps, in the order in which they are taken back. */
  steps: z.array(z.string()),
});

type Payload = z.output<typeof payload>;
type RollBackStep = Step<Payload, object>;

/** The job that is taken back, as its own steps would see it. */
const formerJob = (job: RunningJob<Payload>, kind: JobKind): RunningJob<unknown> => ({
  ...job,
  id: job.payload.jobId,
  payload: kind.payload.parse(job.payload.payload),
});

/**
 * The former job's step counts as undone from before its undo begins: half taken back it is not done, and a retry has to
 * run it again.
 */
const undoOf = (kind: JobKind, step: Step<unknown, object>): RollBackStep => ({
  name: undoName(step.name),
  timeoutMs: Math.max(step.timeoutMs, 5 * 60_000),
  // Half taken back is neither what was there before nor what the job made.
  interruptible: false,
  run: async (ctx) => {
    const { jobId } = ctx.job.payload;
    await ctx.runtime.database.prisma.jobStep.updateMany({
      where: { jobId, name: step.name },
      data: { state: 'undone' },
    });
    await ctx.runtime.bus.publish(`job:${jobId}`);
    await step.undo?.({ ...ctx, job: formerJob(ctx.job, kind) });
  },
});

/** Of a job that another version began: nothing is taken back, and the roll-back says so. */
const unreadable = (kind: string): RollBackStep => ({
  name: 'conclude-roll-back',
  timeoutMs: 60_000,
  run: () =>
    Promise.reject(
      new AppError({
        code: 'job.payload-outdated',
        public: `This version of the console does not read what the job "${kind}" was started with, so it cannot take it back.`,
      }),
    ),
});

const conclude = (kind: JobKind): RollBackStep => ({
  name: 'conclude-roll-back',
  timeoutMs: 60_000,
  run: async (ctx) => {
    const { job, runtime } = ctx;
    const { jobId } = job.payload;
    await runtime.database.prisma.$transaction(async (tx) => {
      await tx.jobStep.updateMany({ where: { jobId, state: { not: 'pending' } }, data: { state: 'undone' } });
      await tx.job.updateMany({ where: { id: jobId, teamId: job.teamId }, data: { checkpoint: {} } });
      await kind.onRolledBack?.({ tx, job: formerJob(job, kind) });
      await recordAudit(tx, consoleActor(job.teamId), {
        action: 'job.rolled-back',
        target: { type: 'job', id: jobId, name: job.subject },
        after: { kind: kind.id, steps: job.payload.steps },
      });
    });
    await runtime.bus.publish(`job:${jobId}`);
    ctx.log.info('Taken back. A retry of the job begins at its first step.');
  },
});

/**
 * Takes back a job that failed or was cancelled: one step for each of its steps that was begun and can be taken back, in
 * reverse order. `kinds` are all others, so that what a job did is known by its own kind alone.
 */
export const machineRollBack = (kinds: ReadonlyMap<string, JobKind>): JobKind =>
  defineJobKind<Payload, object>({
    id: machineRollBackId,
    payload,
    steps: ({ kind: id, payload: former, steps: names }) => {
      const kind = kinds.get(id);
      const parsed = kind?.payload.safeParse(former);
      if (!kind || !parsed?.success) return [unreadable(id)];
      return [...undoneSteps(kind, parsed.data, names).map((step) => undoOf(kind, step)), conclude(kind)];
    },
  });
