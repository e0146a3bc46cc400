import 'server-only';
import type { JobError, JobState, StepState } from '@/lib/job';
import type { WaitingFor } from '@/lib/job-view';
import { Prisma } from '@/server/db/generated/client';
import type { Runtime } from '@/server/runtime';

import { durably } from './durably';
import { Superseded } from './interruption';
import type { NewLogLine } from './log-writer';
import { lastLineOf } from './logs/read-log';

export const runningJobSelect = {
  id: true,
  teamId: true,
  kind: true,
  machineId: true,
  subject: true,
  payload: true,
  checkpoint: true,
  state: true,
  error: true,
  createdById: true,
  createdByName: true,
  cancelRequestedAt: true,
  steps: { select: { index: true, name: true, state: true, tries: true }, orderBy: { index: 'asc' } },
} satisfies Prisma.JobSelect;

export type StoredJob = Prisma.JobGetPayload<{ select: typeof runningJobSelect }>;

/**
 * One run's hold on a job's rows. Every write names the attempt that this run began, so a worker that was thought dead and
 * comes back changes nothing: it gets Superseded. While the database is away every call waits for it, until `stopping` aborts.
 */
export class JobHold {
  readonly #runtime: Runtime;
  readonly #stopping: AbortSignal;
  readonly #job: StoredJob;
  readonly #attempt: number;

  private constructor(runtime: Runtime, stopping: AbortSignal, begun: { job: StoredJob; attempt: number }) {
    this.#runtime = runtime;
    this.#stopping = stopping;
    this.#job = begun.job;
    this.#attempt = begun.attempt;
  }

  /** Begins a run: null where the job is gone or has ended already. */
  static async begin(
    runtime: Runtime,
    jobId: string,
    stopping: AbortSignal,
  ): Promise<{ hold: JobHold; job: StoredJob } | null> {
    const { prisma } = runtime.database;
    const now = runtime.clock.now();
    // One statement: a cancel that comes between two would be written over.
    const taken = await prisma.$queryRaw<{ attempt: number }[]>`
      update "Job" set
        "attempt" = "attempt" + 1,
        "state" = (case when "cancelRequestedAt" is null then 'running' else 'cancelling' end)::"JobState",
        "startedAt" = coalesce("startedAt", ${now}),
        "waitingFor" = null,
        "logCompressedAt" = null,
        "logRemovedAt" = null
      where "id" = ${jobId} and "state" in ('queued', 'running', 'waiting', 'cancelling')
      returning "attempt"`;
    const attempt = taken[0]?.attempt;
    if (attempt === undefined) return null;
    const job = await prisma.job.findUniqueOrThrow({ where: { id: jobId }, select: runningJobSelect });
    const hold = new JobHold(runtime, stopping, { job, attempt });
    await hold.announce();
    return { hold, job };
  }

  async announce(): Promise<void> {
    await this.#runtime.bus.publish(`job:${this.#job.id}`);
    await this.#runtime.bus.publish(`team:${this.#job.teamId}`);
  }

  /** For what must be done although the database may be away; it may be done twice. */
  durably<T>(run: () => Promise<T>): Promise<T> {
    return durably(this.#runtime, this.#stopping, run);
  }

  #update(data: Prisma.JobUpdateManyMutationInput): Promise<void> {
    return this.durably(async () => {
      const { count } = await this.#runtime.database.prisma.job.updateMany({
        where: { id: this.#job.id, attempt: this.#attempt },
        data,
      });
      if (count === 0) throw new Superseded();
    });
  }

  saveCheckpoint(checkpoint: object): Promise<void> {
    return this.#update({ checkpoint: checkpoint as Prisma.InputJsonObject });
  }

  async #setStep(index: number, data: Prisma.JobStepUpdateManyMutationInput): Promise<void> {
    await this.durably(async () => {
      const { count } = await this.#runtime.database.prisma.jobStep.updateMany({
        where: { jobId: this.#job.id, index, job: { attempt: this.#attempt } },
        data,
      });
      if (count === 0) throw new Superseded();
    });
    await this.announce();
  }

  /** Begins a step, or begins it again: `tries` is how often that will have been. */
  beginStep(index: number, tries: number): Promise<void> {
    return this.#setStep(index, {
      state: 'running',
      tries,
      finishedAt: null,
      ...(tries === 1 && { startedAt: this.#runtime.clock.now() }),
    });
  }

  endStep(index: number, state: Exclude<StepState, 'pending' | 'running'>): Promise<void> {
    return this.#setStep(index, { state, finishedAt: this.#runtime.clock.now() });
  }

  /** Adds the row of a step that this version has and the version that began the job had not. */
  async addStep(index: number, name: string): Promise<void> {
    await this.durably(() =>
      this.#runtime.database.prisma.jobStep.createMany({
        data: [{ jobId: this.#job.id, index, name }],
        skipDuplicates: true,
      }),
    );
  }

  /** The job waits for something to pass. A cancel that was asked for meanwhile stays. */
  async wait(waitingFor: WaitingFor): Promise<void> {
    await this.#move('running', { state: 'waiting', waitingFor: { ...waitingFor } });
  }

  async goOn(): Promise<void> {
    await this.#move('waiting', { state: 'running', waitingFor: Prisma.DbNull });
  }

  async #move(from: JobState, data: Prisma.JobUpdateManyMutationInput): Promise<void> {
    await this.durably(() =>
      this.#runtime.database.prisma.job.updateMany({
        where: { id: this.#job.id, attempt: this.#attempt, state: from },
        data,
      }),
    );
    await this.announce();
  }

  /** Writes down how the job will end, before its kind is told: after a crash in between it ends in the same way. */
  async noteEnding(index: number, outcome: 'failed' | 'cancelled', error: JobError): Promise<void> {
    await this.#update({ error: { ...error } });
    await this.endStep(index, outcome);
  }

  async finish(state: Extract<JobState, 'succeeded' | 'failed' | 'cancelled'>, error?: JobError): Promise<void> {
    await this.#update({
      state,
      finishedAt: this.#runtime.clock.now(),
      waitingFor: Prisma.DbNull,
      ...(error && { error: { ...error } }),
    });
    await this.announce();
  }

  /** The number of the last line of the log. */
  lastSeq(): Promise<number> {
    return this.durably(() => lastLineOf(this.#runtime.database.prisma, this.#job.id));
  }

  /**
   * Stores lines, once: the row of the job is locked against a run that would replace this one, so that two runs never
   * number lines at the same time, and lines that an unanswered call has stored already are not stored again.
   */
  async appendLines(lines: readonly NewLogLine[]): Promise<void> {
    const { prisma } = this.#runtime.database;
    const of = <T>(pick: (line: NewLogLine) => T): T[] => lines.map(pick);
    await this.durably(async () => {
      const held = await prisma.$queryRaw<{ held: number }[]>`
        with held as (
          select "id" from "Job" where "id" = ${this.#job.id} and "attempt" = ${this.#attempt} for share
        ), added as (
          insert into "JobLog" ("jobId", "seq", "step", "at", "stream", "text")
          select held."id", line.* from held, unnest(
            ${of(({ seq }) => seq)}::int[], ${of(({ step }) => step)}::int[],
            ${of(({ at }) => at.toISOString())}::timestamp(3)[], ${of(({ stream }) => stream)}::text[],
            ${of(({ text }) => text)}::text[]
          ) as line
          on conflict do nothing
        )
        select count(*)::int as "held" from held`;
      if (!held[0]?.held) throw new Superseded();
    });
    await this.#runtime.bus.publish(`job:${this.#job.id}`);
  }

  /** Who has asked for a cancel; null while nobody has. */
  async cancelRequestedBy(): Promise<string | null> {
    const row = await this.durably(() =>
      this.#runtime.database.prisma.job.findUnique({
        where: { id: this.#job.id },
        select: { cancelRequestedAt: true, cancelRequestedBy: true },
      }),
    );
    return row?.cancelRequestedAt ? (row.cancelRequestedBy ?? 'a member') : null;
  }

  /** Resolves when the database answers. */
  async databaseAnswers(): Promise<void> {
    await this.durably(() => this.#runtime.database.prisma.$queryRaw`select 1`);
  }
}
