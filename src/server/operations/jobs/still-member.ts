import 'server-only';
import type { TeamContext } from '@/server/operations/team-context';

const everyMs = 5000;

/**
 * A stream is authorised once, when it opens. This looks again every few seconds, so that a member who is suspended or
 * taken out of the team stops seeing it. Returns a function that answers false from then on.
 */
export function watchMembership({ runtime, actor, db }: TeamContext): () => Promise<boolean> {
  let checkedAtMs = runtime.clock.now().getTime();
  return async () => {
    const nowMs = runtime.clock.now().getTime();
    if (nowMs - checkedAtMs < everyMs) return true;
    checkedAtMs = nowMs;
    const membership = await db.membership.findUnique({
      where: { id: actor.membershipId },
      select: { suspendedAt: true },
    });
    return membership !== null && membership.suspendedAt === null;
  };
}
