import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { TeamContext } from '@/server/operations/team-context';

/**
 * The CIDR blocks from which machines in clouds are reached, beside the console itself. Machines that are made from now on let
 * them in; those that are there keep what they have.
 */
export async function setAllowedSources(
  { actor, db }: TeamContext,
  { sources }: { sources: readonly string[] },
): Promise<void> {
  const allowedSources = [...new Set(sources)];
  await db.$transaction(async (tx) => {
    const where = { id: actor.teamId };
    const present = await tx.team.findUniqueOrThrow({ where, select: { name: true, allowedSources: true } });
    if (JSON.stringify(present.allowedSources) === JSON.stringify(allowedSources)) return;
    await tx.team.update({ where, data: { allowedSources }, select: { id: true } });
    await recordAudit(tx, actor, {
      action: 'team.allowed-sources-changed',
      target: { type: 'team', id: actor.teamId, name: present.name },
      before: { allowedSources: present.allowedSources },
      after: { allowedSources },
    });
  });
}
