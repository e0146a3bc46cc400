import 'server-only';
import type { TeamContext } from '@/server/operations/team-context';

/** Marks notifications of the caller as read, all of them where no ids are given. Ids of others are left alone. */
export async function markRead(
  { runtime, actor, db }: TeamContext,
  { ids }: { readonly ids?: readonly string[] | undefined },
): Promise<{ marked: number }> {
  const { count } = await db.notification.updateMany({
    where: { membershipId: actor.membershipId, readAt: null, ...(ids && { id: { in: [...ids] } }) },
    data: { readAt: runtime.clock.now() },
  });
  if (count > 0) await runtime.bus.publish(`team:${actor.teamId}`);
  return { marked: count };
}
