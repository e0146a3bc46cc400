import 'server-only';
import type { JobError, JobState, StepState } from '@/lib/job';
import type { Prisma } from '@/server/db/generated/client';
import type { Runtime } from '@/server/runtime';

import { Superseded } from './interruption';

export const runningJobSelect = {
  id: true,
  teamId: true,
  kind: true,
  machineId: true,
  subject: true,
  payload: true,
  checkpoint: true,
  state: true,
  createdById: true,
  createdByName: true,
  cancelRequestedAt: true,
  steps: { select: { index: true, name: true, state: true }, orderBy: { index: 'asc' } },
} satisfies Prisma.JobSelect;

export type StoredJob = Prisma.JobGetPayload<{ select: typeof runningJobSelect }>;

/**
 * One run's hold on a job's rows. Every write names the attempt that this run began, so a worker that was thought dead and
 * comes back changes nothing: it gets Superseded.
 */
export class JobHold {
  readonly #runtime: Runtime;
  readonly #job: StoredJob;
  readonly #attempt: number;

  private constructor(runtime: Runtime, job: StoredJob, attempt: number) {
    this.#runtime = runtime;
    this.#job = job;
    this.#attempt = attempt;
  }

  /** Begins a run: null where the job is gone or has ended already. */
  static async begin(runtime: Runtime, jobId: string): Promise<{ hold: JobHold; job: StoredJob } | null> {
    const { prisma } = runtime.database;
    const now = runtime.clock.now();
    const taken = await prisma.job.updateManyAndReturn({
      where: { id: jobId, state: { in: ['queued', 'running', 'waiting', 'cancelling'] } },
      data: { attempt: { increment: 1 } },
      select: { attempt: true, startedAt: true, cancelRequestedAt: true },
    });
    const row = taken[0];
    if (!row) return null;
    await prisma.job.updateMany({
      where: { id: jobId, attempt: row.attempt },
      data: { state: row.cancelRequestedAt ? 'cancelling' : 'running', startedAt: row.startedAt ?? now },
    });
    const job = await prisma.job.findUniqueOrThrow({ where: { id: jobId }, select: runningJobSelect });
    const hold = new JobHold(runtime, job, row.attempt);
    await hold.announce();
    return { hold, job };
  }

  async announce(): Promise<void> {
    await this.#runtime.bus.publish(`job:${this.#job.id}`);
    await this.#runtime.bus.publish(`team:${this.#job.teamId}`);
  }

  async #update(data: Prisma.JobUpdateManyMutationInput): Promise<void> {
    const { count } = await this.#runtime.database.prisma.job.updateMany({
      where: { id: this.#job.id, attempt: this.#attempt },
      data,
    });
    if (count === 0) throw new Superseded();
  }

  saveCheckpoint(checkpoint: object): Promise<void> {
    return this.#update({ checkpoint: checkpoint as Prisma.InputJsonObject });
  }

  async setStep(index: number, state: StepState): Promise<void> {
    const now = this.#runtime.clock.now();
    const { count } = await this.#runtime.database.prisma.jobStep.updateMany({
      where: { jobId: this.#job.id, index, job: { attempt: this.#attempt } },
      data: state === 'running' ? { state, startedAt: now, finishedAt: null } : { state, finishedAt: now },
    });
    if (count === 0) throw new Superseded();
    await this.announce();
  }

  /** Adds the row of a step that this version has and the version that began the job had not. */
  async addStep(index: number, name: string): Promise<void> {
    await this.#runtime.database.prisma.jobStep.create({
      data: { jobId: this.#job.id, index, name },
      select: { index: true },
    });
  }

  async finish(state: Extract<JobState, 'succeeded' | 'failed' | 'cancelled'>, error?: JobError): Promise<void> {
    await this.#update({
      state,
      finishedAt: this.#runtime.clock.now(),
      ...(error && { error: { ...error } }),
    });
    await this.announce();
  }

  async lastSeq(): Promise<number> {
    const last = await this.#runtime.database.prisma.jobLog.aggregate({
      where: { jobId: this.#job.id },
      _max: { seq: true },
    });
    return last._max.seq ?? 0;
  }

  async cancelRequested(): Promise<boolean> {
    const row = await this.#runtime.database.prisma.job.findUnique({
      where: { id: this.#job.id },
      select: { cancelRequestedAt: true },
    });
    return row?.cancelRequestedAt != null;
  }
}
