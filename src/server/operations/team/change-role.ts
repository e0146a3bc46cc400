import 'server-only';
import type { Role } from '@/lib/role';
import { recordAudit } from '@/server/audit/record-audit';
import type { TeamContext } from '@/server/operations/team-context';

import { assertOtherOwner, assertRoleWithin, getMember, lockMembers } from './member-rules';

/** Gives a member another role. Throws member.not-found, auth.forbidden (a role above one's own), member.last-owner. */
export async function changeRole(
  { actor, db }: TeamContext,
  { memberId, role }: { memberId: string; role: Role },
): Promise<void> {
  await db.$transaction(async (tx) => {
    await lockMembers(tx, actor.teamId);
    const member = await getMember(tx, memberId);
    if (member.role === role) return;
    assertRoleWithin(actor, member.role);
    assertRoleWithin(actor, role);
    if (member.role === 'owner') await assertOtherOwner(tx, member.id);
    await tx.membership.update({ where: { id: member.id }, data: { role }, select: { id: true } });
    await recordAudit(tx, actor, {
      action: 'member.role-changed',
      target: { type: 'member', id: member.id, name: member.user.name },
      before: { role: member.role },
      after: { role },
    });
  });
}
