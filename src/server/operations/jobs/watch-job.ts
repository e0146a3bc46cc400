import 'server-only';
import { jobHasEnded } from '@/lib/job';
import type { JobEvent } from '@/lib/job-view';
import type { JobKind } from '@/server/jobs/job-kind';
import { jobKinds } from '@/server/jobs/list';
import { metrics } from '@/server/metrics/metrics';
import type { TeamContext } from '@/server/operations/team-context';

import { shareJobFeed } from './job-feed';
import { assertJobOfTeam } from './job-rows';
import { watchMembership } from './still-member';
import { WakeUps } from './wake-ups';

// Wake-up calls carry the stream; this is for one that got lost.
const lookAgainMs = 5000;

/** Gives a value only when its text differs from the one given last. */
const onlyChanges = (): (<T>(value: T, text: string) => T | undefined) => {
  let last = '';
  return (value, text) => {
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
 * is delivered. Every line comes once and in order, because each message begins behind the last line delivered; a slow
 * viewer only gets fuller messages. Ends early when the viewer leaves the team. Throws job.not-found.
 */
export async function watchJob(ctx: TeamContext, input: WatchJobInput): Promise<AsyncGenerator<JobEvent, void, void>> {
  await assertJobOfTeam(ctx, input.job);
  return follow(ctx, input);
}

async function* follow(ctx: TeamContext, input: WatchJobInput): AsyncGenerator<JobEvent, void, void> {
  const { runtime, actor } = ctx;
  const { job: id, signal, kinds = jobKinds } = input;
  const { view: feed, release } = shareJobFeed(ctx, id, kinds);
  const wakeUps = new WakeUps(runtime);
  wakeUps.listenTo([`job:${id}`, `team:${actor.teamId}`]);
  const isStillMember = watchMembership(ctx);
  const changedJob = onlyChanges();
  const changedSteps = onlyChanges();
  let lastSeq = input.afterSeq;
  metrics().sseViewers.inc({ stream: 'job' });
  try {
    while (!signal?.aborted && (await isStillMember())) {
      const now = await feed.now();
      const message = lastSeq < now.lastSeq ? await feed.linesAfter(lastSeq) : null;
      const job = changedJob(now.job, now.jobText);
      const steps = changedSteps(now.steps, now.stepsText);
      lastSeq = message?.lastSeq ?? lastSeq;
      if (job || steps || message) {
        yield { lastSeq, ...(job && { job }), ...(steps && { steps }), ...(message && { lines: message.lines }) };
      }
      if (message && lastSeq < now.lastSeq) continue;
      if (jobHasEnded(now.job.state)) return;
      await wakeUps.next(lookAgainMs, signal);
    }
  } finally {
    wakeUps.close();
    release();
    metrics().sseViewers.dec({ stream: 'job' });
  }
}
