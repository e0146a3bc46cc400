import 'server-only';
import { engineCaBundle } from '@/server/operations/pki/engine-ca-bundle';
import type { TeamContext } from '@/server/operations/team-context';

/**
 * Hands the caller the team's ca.pem and notes that they have it: a rotation goes by that. The newest generation is never
 * counted down.
 */
export async function takeEngineCa({ runtime, actor, db }: TeamContext): Promise<{ pem: string; generation: number }> {
  const { pem, newestGeneration } = await engineCaBundle(runtime, actor.teamId);
  const { count } = await db.membership.updateMany({
    where: { id: actor.membershipId, engineCaGeneration: { lt: newestGeneration } },
    data: { engineCaGeneration: newestGeneration },
  });
  if (count > 0) await runtime.bus.publish(`team:${actor.teamId}`);
  return { pem, generation: newestGeneration };
}
