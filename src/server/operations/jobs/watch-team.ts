import 'server-only';
import type { TeamEvent } from '@/lib/job-view';
import type { Topic } from '@/server/bus/bus';
import { metrics } from '@/server/metrics/metrics';
import type { TeamContext } from '@/server/operations/team-context';

import { listRunningJobs } from './list-running-jobs';
import { SharedView, shareView } from './shared-views';
import { watchMembership } from './still-member';
import { WakeUps } from './wake-ups';

const lookAgainMs = 5000;
// Jobs write many lines a second; a one-line progress is read by people.
const restMs = 1000;

const runningJobsOf = (ctx: TeamContext, team: Topic) =>
  new SharedView(ctx.runtime, [team], async () => {
    const running = await listRunningJobs(ctx);
    const topics = running.map(({ id }) => `job:${id}` as const);
    return { value: { running, topics, text: JSON.stringify(running) }, topics };
  });

/**
 * What runs in a team, now and after each change, and that something in its lists has changed. Messages are at least a
 * second apart. Ends when the viewer leaves the team.
 */
export async function* watchTeam(
  ctx: TeamContext,
  input: { signal: AbortSignal | undefined },
): AsyncGenerator<TeamEvent, void, void> {
  const { runtime, actor } = ctx;
  const { signal } = input;
  const team: Topic = `team:${actor.teamId}`;
  const { view, release } = shareView(runtime, team, () => runningJobsOf(ctx, team));
  const wakeUps = new WakeUps(runtime);
  wakeUps.listenTo([team]);
  const isStillMember = watchMembership(ctx);
  let hasChanges = true;
  let last = '';
  metrics().sseViewers.inc({ stream: 'team' });
  try {
    while (!signal?.aborted && (await isStillMember())) {
      const { running, topics, text } = await view.now();
      wakeUps.listenTo([team, ...topics]);
      if (hasChanges || text !== last) {
        last = text;
        yield { running, hasChanges };
        await runtime.clock.sleep(restMs, signal).catch(() => undefined);
      }
      hasChanges = (await wakeUps.next(lookAgainMs, signal)).has(team);
    }
  } finally {
    wakeUps.close();
    release();
    metrics().sseViewers.dec({ stream: 'team' });
  }
}
