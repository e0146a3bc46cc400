import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { TeamContext } from '@/server/operations/team-context';

/** Changes the team's name. It stands in certificates that are made from then on; the short name stays. */
export async function updateTeam({ actor, db }: TeamContext, { name }: { readonly name: string }): Promise<void> {
  await db.$transaction(async (tx) => {
    const where = { id: actor.teamId };
    const present = await tx.team.findUniqueOrThrow({ where, select: { name: true } });
    if (present.name === name) return;
    await tx.team.update({ where, data: { name }, select: { id: true } });
    await recordAudit(tx, actor, {
      action: 'team.updated',
      target: { type: 'team', id: actor.teamId, name: present.name },
      before: { name: present.name },
      after: { name },
    });
  });
}
