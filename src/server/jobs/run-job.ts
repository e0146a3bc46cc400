import 'server-only';
import { jobHasEnded, type JobError } from '@/lib/job';
import { type AppError, AppError as AppErrorClass, toAppError } from '@/server/errors/app-error';
import { errorCatalogue } from '@/server/errors/catalogue';
import { addToLogContext } from '@/server/log/log-context';
import type { Runtime } from '@/server/runtime';

import { cancelled, HandedOver, Superseded, untilAborted } from './interruption';
import type { JobKind, RunningJob, Step } from './job-kind';
import { JobHold, type StoredJob } from './job-store';
import { LogWriter } from './log-writer';
import { Redactor } from './redactor';
import { RunResources } from './run-resources';

interface Run {
  readonly runtime: Runtime;
  readonly kind: JobKind;
  readonly hold: JobHold;
  readonly job: RunningJob<unknown>;
  readonly writer: LogWriter;
  readonly redactor: Redactor;
  readonly resources: RunResources;
  /** Aborts when this process stops. */
  readonly stopping: AbortSignal;
  checkpoint: Record<string, unknown>;
  cancelAsked: boolean;
  /** Set while an interruptible step runs. */
  interrupt: ((reason: Error) => void) | undefined;
}

const describeError = (error: AppError, step: number): JobError => ({
  code: error.code,
  title: errorCatalogue[error.code].title,
  public: error.public,
  step,
  ...(error.output !== undefined && { output: error.output }),
});

const runStep = async (run: Run, step: Step<unknown, object>, index: number): Promise<void> => {
  const controller = new AbortController();
  const deadline = setTimeout(
    () =>
      controller.abort(
        new AppErrorClass({
          code: 'job.step-timeout',
          public: `The step did not end within ${Math.round(step.timeoutMs / 1000)} s. Its log shows how far it came; retry goes on from it.`,
        }),
      ),
    step.timeoutMs,
  );
  const onStop = () => controller.abort(run.stopping.reason);
  run.stopping.addEventListener('abort', onStop, { once: true });
  if (run.stopping.aborted) onStop();
  run.interrupt = step.interruptible === false ? undefined : (reason) => controller.abort(reason);
  const aborted = untilAborted(controller.signal);
  try {
    controller.signal.throwIfAborted();
    await Promise.race([
      step.run({
        runtime: run.runtime,
        job: run.job,
        log: run.writer.forStep(index),
        signal: controller.signal,
        clock: run.runtime.clock,
        state: run.checkpoint,
        checkpoint: async (patch) => {
          run.checkpoint = Object.assign(run.checkpoint, patch);
          await run.hold.saveCheckpoint(run.checkpoint);
        },
        resources: run.resources,
        mask: (secret) => run.redactor.add(secret),
      }),
      aborted.promise,
    ]);
  } catch (error) {
    // A command that ends because of the abort reports its own failure; the reason of the abort is what really happened.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(deadline);
    aborted.dispose();
    run.stopping.removeEventListener('abort', onStop);
    run.interrupt = undefined;
  }
};

const end = async (run: Run, error: AppError, index: number): Promise<void> => {
  const outcome = error.code === 'job.cancelled' ? 'cancelled' : 'failed';
  run.writer.forStep(index).info(`${errorCatalogue[error.code].title}: ${error.public}`);
  await run.writer.close();
  await run.hold.setStep(index, outcome);
  await run.kind.onEnded?.({ runtime: run.runtime, job: run.job, outcome });
  await run.hold.finish(outcome, describeError(error, index));
};

const runSteps = async (run: Run, stored: StoredJob): Promise<void> => {
  const steps = run.kind.steps(run.job.payload);
  const rows = new Map(stored.steps.map((row) => [row.name, row]));
  for (const step of steps) {
    // Rows are found by name: a job may go on in a version of the console whose list of steps is another one.
    const row = rows.get(step.name);
    if (row?.state === 'succeeded') continue;
    const index = row?.index ?? rows.size;
    if (!row) {
      await run.hold.addStep(index, step.name);
      rows.set(step.name, { index, name: step.name, state: 'pending' });
    }
    try {
      if (run.cancelAsked || (await run.hold.cancelRequested())) throw cancelled('a member');
      await run.hold.setStep(index, 'running');
      await runStep(run, step, index);
      await run.writer.flush();
      await run.hold.setStep(index, 'succeeded');
    } catch (thrown) {
      if (thrown instanceof HandedOver || thrown instanceof Superseded) throw thrown;
      const error = toAppError(thrown);
      run.runtime.log.warn(
        { err: thrown, jobId: run.job.id, step: step.name, internal: error.internal },
        'a job step failed',
      );
      return end(run, error, index);
    }
  }
  await run.writer.close();
  await run.hold.finish('succeeded');
};

/** Leaves the machine of a job that cannot run in a state from which it can be removed; the monitor then looks for itself. */
const releaseMachine = async (runtime: Runtime, id: string): Promise<void> => {
  const changedAt = runtime.clock.now();
  const { machine } = runtime.database.prisma;
  await machine.updateMany({ where: { id, state: 'creating' }, data: { state: 'failed', changedAt } });
  await machine.updateMany({ where: { id, state: 'removing' }, data: { state: 'degraded', changedAt } });
};

/** What an earlier version stored may not fit this one; the job then fails, since no worker of this version could run it. */
const unreadable = (kind: JobKind, cause: unknown): AppError =>
  new AppErrorClass({
    code: 'job.payload-outdated',
    public: `This version of the console does not read what the job "${kind.id}" was started with. Start it again.`,
    cause,
  });

const watchForCancel = (run: Run): (() => void) =>
  run.runtime.bus.subscribe(`job:${run.job.id}`, () => {
    if (run.cancelAsked) return;
    void run.hold
      .cancelRequested()
      .then((asked) => {
        if (!asked) return;
        run.cancelAsked = true;
        run.interrupt?.(cancelled('a member'));
      })
      .catch((err: unknown) => run.runtime.log.warn({ err }, 'a cancel could not be read; it is looked for again'));
  });

/**
 * Runs a job from its first step that is not done to its end, and stores every change as it happens. Resolves when the job
 * has ended (well, failed or cancelled) or is not there; throws when another worker has to go on with it: HandedOver when
 * `stopping` aborts, Superseded, or a database error.
 */
export async function runJob(
  runtime: Runtime,
  jobId: string,
  options: { kinds: ReadonlyMap<string, JobKind>; stopping: AbortSignal },
): Promise<void> {
  const begun = await JobHold.begin(runtime, jobId);
  if (!begun) return;
  const { hold, job: stored } = begun;
  if (jobHasEnded(stored.state)) return;
  addToLogContext({ kind: stored.kind });
  const kind = options.kinds.get(stored.kind);
  if (!kind) throw new Error(`no job kind ${stored.kind} in this version`);
  const payload = kind.payload.safeParse(stored.payload);
  if (!payload.success) {
    const error = unreadable(kind, payload.error);
    runtime.log.error({ err: error, jobId, cause: payload.error }, 'a job cannot be read');
    if (stored.machineId) await releaseMachine(runtime, stored.machineId);
    return hold.finish(
      'failed',
      describeError(error, stored.steps.find((row) => row.state !== 'succeeded')?.index ?? 0),
    );
  }
  const redactor = new Redactor();
  const { database, bus, clock } = runtime;
  const lastSeq = await hold.lastSeq();
  const writer = new LogWriter({ prisma: database.prisma, bus, clock, redactor, jobId, lastSeq });
  const run: Run = {
    runtime,
    kind,
    hold,
    writer,
    redactor,
    resources: new RunResources(),
    stopping: options.stopping,
    checkpoint: { ...(stored.checkpoint as Record<string, unknown>) },
    cancelAsked: stored.cancelRequestedAt !== null,
    interrupt: undefined,
    job: {
      id: stored.id,
      teamId: stored.teamId,
      machineId: stored.machineId,
      subject: stored.subject,
      payload: payload.data,
      createdBy: { id: stored.createdById, name: stored.createdByName },
    },
  };
  const unwatch = watchForCancel(run);
  try {
    await runSteps(run, stored);
  } finally {
    unwatch();
    await run.resources.closeAll();
    await writer
      .flush()
      .catch((err: unknown) => runtime.log.error({ err, jobId }, 'lines of a job log could not be stored'));
  }
}
