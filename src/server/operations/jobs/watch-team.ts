import 'server-only';
import type { TeamEvent } from '@/lib/job-view';
import type { Topic } from '@/server/bus/bus';
import type { TeamContext } from '@/server/operations/team-context';

import { listRunningJobs } from './list-running-jobs';
import { watchMembership } from './still-member';
import { WakeUps } from './wake-ups';

const lookAgainMs = 5000;
// Jobs write many lines a second; a one-line progress is read by people.
const restMs = 1000;

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
  const wakeUps = new WakeUps(runtime);
  wakeUps.listenTo([team]);
  const isStillMember = watchMembership(ctx);
  let hasChanges = true;
  let last = '';
  try {
    while (!signal?.aborted && (await isStillMember())) {
      const running = await listRunningJobs(ctx);
      wakeUps.listenTo([team, ...running.map(({ id }) => `job:${id}` as const)]);
      const text = JSON.stringify(running);
      if (hasChanges || text !== last) {
        last = text;
        yield { running, hasChanges };
        await runtime.clock.sleep(restMs, signal).catch(() => undefined);
      }
      hasChanges = (await wakeUps.next(lookAgainMs, signal)).has(team);
    }
  } finally {
    wakeUps.close();
  }
}
