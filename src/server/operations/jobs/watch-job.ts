import 'server-only';
import { jobHasEnded, type JobLogLine } from '@/lib/job';
import type { JobEvent } from '@/lib/job-view';
import type { JobKind } from '@/server/jobs/job-kind';
import { jobKinds } from '@/server/jobs/list';
import type { TeamContext } from '@/server/operations/team-context';

import { assertJobOfTeam } from './job-rows';
import { readLogLines } from './list-log-lines';
import { readJob } from './read-job';
import { watchMembership } from './still-member';
import { WakeUps } from './wake-ups';

const linesMax = 500;
const charactersMax = 64 * 1024;
// Wake-up calls carry the stream; this is for one that got lost.
const lookAgainMs = 5000;

/** As many lines as fit into one message, at least one. */
const fitting = (lines: readonly JobLogLine[]): readonly JobLogLine[] => {
  let characters = 0;
  const end = lines.findIndex(({ text }) => (characters += text.length) > charactersMax);
  return end === -1 ? lines : lines.slice(0, Math.max(1, end));
};

/** Gives a value only when it differs from the one given last. */
const onlyChanges = <T>(): ((value: T) => T | undefined) => {
  let last = '';
  return (value) => {
    const text = JSON.stringify(value);
    if (text === last) return undefined;
    last = text;
    return value;
  };
};

export interface WatchJobInput {
  readonly job: string;
  /** Lines behind this one are delivered. */
  readonly afterSeq: number;
  readonly signal: AbortSignal | undefined;
  readonly kinds?: ReadonlyMap<string, JobKind>;
}

/**
 * A job as it goes on: first all that is new since `afterSeq`, then whatever happens, until the job has ended and all of it
 * is delivered. Every line comes once and in order, because each message is read from the table behind the last line
 * delivered; a slow viewer only gets fuller messages. Ends early when the viewer leaves the team. Throws job.not-found.
 */
export async function watchJob(ctx: TeamContext, input: WatchJobInput): Promise<AsyncGenerator<JobEvent, void, void>> {
  await assertJobOfTeam(ctx, input.job);
  return follow(ctx, input);
}

async function* follow(ctx: TeamContext, input: WatchJobInput): AsyncGenerator<JobEvent, void, void> {
  const { runtime, actor } = ctx;
  const { job: id, signal, kinds = jobKinds } = input;
  const wakeUps = new WakeUps(runtime);
  // The team's calls tell a queued job that the one before it has ended.
  wakeUps.listenTo([`job:${id}`, `team:${actor.teamId}`]);
  const isStillMember = watchMembership(ctx);
  const changedJob = onlyChanges<JobEvent['job']>();
  const changedSteps = onlyChanges<JobEvent['steps']>();
  let lastSeq = input.afterSeq;
  try {
    while (!signal?.aborted && (await isStillMember())) {
      // The job first, then its lines: a job that has ended writes no more, so nothing can come behind them.
      const now = await readJob(ctx, id, kinds);
      const found = await readLogLines(ctx, { job: id, from: lastSeq + 1, to: lastSeq + linesMax });
      const lines = fitting(found);
      const job = changedJob(now.job);
      const steps = changedSteps(now.steps);
      lastSeq = lines.at(-1)?.seq ?? lastSeq;
      if (job || steps || lines.length) yield { lastSeq, ...(job && { job }), ...(steps && { steps }), lines };
      if (lines.length === linesMax || lines.length < found.length) continue;
      if (jobHasEnded(now.job.state)) return;
      await wakeUps.next(lookAgainMs, signal);
    }
  } finally {
    wakeUps.close();
  }
}
