import 'server-only';
import { jobHasEnded, type JobError } from '@/lib/job';
import { isDatabaseAway } from '@/server/db/database-away';
import { AppError, toAppError } from '@/server/errors/app-error';
import { errorCatalogue } from '@/server/errors/catalogue';
import { addToLogContext } from '@/server/log/log-context';
import { metrics } from '@/server/metrics/metrics';
import type { Runtime } from '@/server/runtime';

import { cancelled, HandedOver, Superseded } from './interruption';
import type { JobKind, Step } from './job-kind';
import { JobHold, type StoredJob } from './job-store';
import { LogWriter } from './log-writer';
import { type Pause, Patience } from './patience';
import { Redactor } from './redactor';
import { describeError, type Run } from './run';
import { RunResources } from './run-resources';
import { runStep } from './run-step';

type AnyStep = Step<unknown, object>;
type StepRow = StoredJob['steps'][number];

/** Tells the kind and writes the end. May be done again after a crash in the middle of it. */
const finishEnding = async (run: Run, outcome: 'failed' | 'cancelled'): Promise<void> => {
  await run.hold.durably(async () => run.kind.onEnded?.({ runtime: run.runtime, job: run.job, outcome }));
  await run.hold.finish(outcome);
  metrics().jobsEnded.inc({ kind: run.kind.id, outcome });
};

const timer = ({ runtime, kind }: Run, { name: step }: AnyStep) => {
  const sinceMs = runtime.clock.now().getTime();
  return (outcome: 'succeeded' | 'failed' | 'cancelled'): void => {
    const seconds = (runtime.clock.now().getTime() - sinceMs) / 1000;
    metrics().stepDuration.observe({ kind: kind.id, step, outcome }, seconds);
  };
};

const outcomeOf = (error: AppError) => (error.code === 'job.cancelled' ? 'cancelled' : 'failed');

const end = async (run: Run, error: AppError, index: number): Promise<void> => {
  const outcome = outcomeOf(error);
  run.writer.forStep(index).info(`${errorCatalogue[error.code].title}: ${error.public}`);
  await run.writer.close();
  await run.hold.noteEnding(index, outcome, describeError(error, index));
  await finishEnding(run, outcome);
};

/** Waits until the next try of a step; a cancel and a stop of this process end it early, with their reason. */
const pause = async (run: Run, index: number, { error, sinceMs, pauseMs, isNew }: Pause): Promise<void> => {
  const { clock } = run.runtime;
  if (isNew) {
    run.writer.forStep(index).info(`${error.public} The step waits, and goes on when the host answers again.`);
  }
  const cancel = new AbortController();
  run.interrupt = (reason) => cancel.abort(reason);
  try {
    const nextTryMs = clock.now().getTime() + pauseMs;
    await run.hold.wait({ code: error.code, reason: error.public, sinceMs, nextTryMs });
    await clock.sleep(pauseMs, AbortSignal.any([cancel.signal, run.stopping]));
    await run.hold.goOn();
  } finally {
    run.interrupt = undefined;
  }
};

const throwIfCancelled = async (run: Run): Promise<void> => {
  run.cancelledBy ??= await run.hold.cancelRequestedBy();
  if (run.cancelledBy !== null) throw cancelled(run.cancelledBy);
};

/** A step whose own words look like a database that is away, while that answers, is not tried for ever. */
const awayMax = 20;

/** Tries a step until it has ended: what passes by itself (the host or the database is away) is waited out. */
const untilDone = async (run: Run, step: AnyStep, row: StepRow & { hadContact: boolean }): Promise<void> => {
  const { clock } = run.runtime;
  const patience = new Patience(clock);
  const hadContact = row.hadContact && step.waitsForHost !== false;
  if (row.state === 'running') {
    run.writer.forStep(row.index).info('The console was stopped during this step. It goes on here.');
  }
  let away = 0;
  for (let tries = row.tries + 1; ; tries += 1) {
    await throwIfCancelled(run);
    await run.hold.beginStep(row.index, tries);
    const startedMs = clock.now().getTime();
    try {
      await runStep(run, step, row.index);
      return;
    } catch (thrown) {
      away += 1;
      if (isDatabaseAway(thrown) && away <= awayMax) {
        await run.hold.databaseAnswers();
        run.writer.forStep(row.index).info('The database was away. The step goes on here.');
        continue;
      }
      const waiting = patience.after(thrown, { hadContact, startedMs });
      if (!waiting) throw thrown;
      await pause(run, row.index, waiting);
    }
  }
};

const runSteps = async (run: Run, stored: StoredJob): Promise<void> => {
  const steps = run.kind.steps(run.job.payload);
  const rows = new Map(stored.steps.map((row) => [row.name, row]));
  let hadContact = false;
  for (const step of steps) {
    // Rows are found by name: a job may go on in a version of the console whose list of steps is another one.
    let row = rows.get(step.name);
    if (row?.state === 'succeeded') {
      hadContact = true;
      continue;
    }
    if (!row) {
      row = { index: rows.size, name: step.name, state: 'pending', tries: 0 };
      await run.hold.addStep(row.index, step.name);
      rows.set(step.name, row);
    }
    const took = timer(run, step);
    try {
      await untilDone(run, step, { ...row, hadContact });
      await run.writer.flush();
      await run.hold.endStep(row.index, 'succeeded');
      took('succeeded');
      hadContact = true;
    } catch (thrown) {
      if (run.stopping.aborted) throw run.stopping.reason;
      if (thrown instanceof HandedOver || thrown instanceof Superseded) throw thrown;
      const error = toAppError(thrown);
      took(outcomeOf(error));
      run.runtime.log.warn(
        { err: thrown, jobId: run.job.id, step: step.name, internal: error.internal },
        'a job step failed',
      );
      return end(run, error, row.index);
    }
  }
  await run.writer.close();
  await run.hold.finish('succeeded');
  metrics().jobsEnded.inc({ kind: run.kind.id, outcome: 'succeeded' });
};

/** Leaves the machine of a job that cannot run in a state from which it can be removed; the monitor then looks for itself. */
const releaseMachine = async (runtime: Runtime, id: string): Promise<void> => {
  const changedAt = runtime.clock.now();
  const { machine } = runtime.database.prisma;
  await machine.updateMany({ where: { id, state: 'creating' }, data: { state: 'failed', changedAt } });
  await machine.updateMany({ where: { id, state: 'removing' }, data: { state: 'degraded', changedAt } });
};

/** What an earlier version stored may not fit this one; the job then fails, since no worker of this version could run it. */
const failUnreadable = async (
  runtime: Runtime,
  { hold, job }: { hold: JobHold; job: StoredJob },
  cause: unknown,
): Promise<void> => {
  const error = new AppError({
    code: 'job.payload-outdated',
    public: `This version of the console does not read what the job "${job.kind}" was started with. Start it again.`,
    cause,
  });
  runtime.log.error({ err: error, jobId: job.id }, 'a job cannot be read');
  if (job.machineId) await releaseMachine(runtime, job.machineId);
  const index = job.steps.find((row) => row.state !== 'succeeded')?.index ?? 0;
  return hold.finish('failed', describeError(error, index));
};

const watchForCancel = (run: Run): (() => void) =>
  run.runtime.bus.subscribe(`job:${run.job.id}`, () => {
    if (run.cancelledBy !== null) return;
    void run.hold
      .cancelRequestedBy()
      .then((by) => {
        if (by === null) return;
        run.cancelledBy = by;
        run.interrupt?.(cancelled(by));
      })
      .catch((err: unknown) => {
        if (!run.stopping.aborted) {
          run.runtime.log.warn({ err }, 'a cancel could not be read; it is looked for again');
        }
      });
  });

/** How a run that broke off while it ended was about to end. */
const endingOf = (job: StoredJob): 'failed' | 'cancelled' | null => {
  if (job.error === null) return null;
  const at = (job.error as unknown as JobError).step;
  const state = job.steps.find(({ index }) => index === at)?.state;
  return state === 'failed' || state === 'cancelled' ? state : null;
};

const makeRun = async (
  runtime: Runtime,
  begun: { hold: JobHold; job: StoredJob },
  of: { kind: JobKind; payload: unknown; stopping: AbortSignal; lose: (reason: unknown) => void },
): Promise<Run> => {
  const { hold, job } = begun;
  const redactor = new Redactor();
  const writer = new LogWriter({
    clock: runtime.clock,
    redactor,
    lastSeq: await hold.lastSeq(),
    store: (lines) => hold.appendLines(lines),
    onFailure: of.lose,
  });
  return {
    runtime,
    kind: of.kind,
    hold,
    writer,
    redactor,
    resources: new RunResources(),
    stopping: of.stopping,
    checkpoint: { ...(job.checkpoint as Record<string, unknown>) },
    cancelledBy: null,
    interrupt: undefined,
    job: {
      id: job.id,
      teamId: job.teamId,
      machineId: job.machineId,
      subject: job.subject,
      payload: of.payload,
      createdBy: { id: job.createdById, name: job.createdByName },
    },
  };
};

/**
 * Runs a job from its first step that is not done to its end, and stores every change as it happens. Resolves when the job
 * has ended (well, failed or cancelled) or is not there; throws when another worker has to go on with it: HandedOver when
 * `stopping` aborts, Superseded, or what kept a line of its log from being stored.
 */
export async function runJob(
  runtime: Runtime,
  jobId: string,
  options: { kinds: ReadonlyMap<string, JobKind>; stopping: AbortSignal },
): Promise<void> {
  const lost = new AbortController();
  const stopping = AbortSignal.any([options.stopping, lost.signal]);
  const begun = await JobHold.begin(runtime, jobId, stopping);
  if (!begun) return;
  const { job } = begun;
  if (jobHasEnded(job.state)) return;
  addToLogContext({ kind: job.kind });
  const kind = options.kinds.get(job.kind);
  if (!kind) throw new Error(`no job kind ${job.kind} in this version`);
  const payload = kind.payload.safeParse(job.payload);
  if (!payload.success) return failUnreadable(runtime, begun, payload.error);
  const run = await makeRun(runtime, begun, {
    kind,
    payload: payload.data,
    stopping,
    lose: (reason) => lost.abort(reason),
  });
  const unwatch = watchForCancel(run);
  try {
    const ending = endingOf(job);
    await (ending ? finishEnding(run, ending) : runSteps(run, job));
  } finally {
    unwatch();
    await run.resources.closeAll();
    await run.writer
      .flush()
      .catch((err: unknown) => runtime.log.error({ err, jobId }, 'lines of a job log could not be stored'));
  }
}
