import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { TeamContext } from '@/server/operations/team-context';

/** For how long the logs of ended jobs are kept, in days; null for ever. Older ones go within the hour. */
export async function setLogRetention({ actor, db }: TeamContext, { days }: { days: number | null }): Promise<void> {
  await db.$transaction(async (tx) => {
    const where = { id: actor.teamId };
    const present = await tx.team.findUniqueOrThrow({ where, select: { name: true, logDaysKept: true } });
    if (present.logDaysKept === days) return;
    await tx.team.update({ where, data: { logDaysKept: days }, select: { id: true } });
    await recordAudit(tx, actor, {
      action: 'team.log-retention-changed',
      target: { type: 'team', id: actor.teamId, name: present.name },
      before: { logDaysKept: present.logDaysKept },
      after: { logDaysKept: days },
    });
  });
}
