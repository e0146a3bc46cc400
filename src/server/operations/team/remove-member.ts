import 'server-only';
import type { RevocationReason } from '@/lib/revocation';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { changeAdmission, machinesAdmitting } from '@/server/operations/admission/change-admission';
import { endSessionsOf } from '@/server/operations/session/end-sessions-of';
import type { TeamContext } from '@/server/operations/team-context';
import { assertMay } from '@/server/policies/may';

import { assertOtherOwner, assertRoleWithin, getMember, lockMembers } from './member-rules';
import { type Leaver, withdrawInvitations, withdrawReissueLinks } from './offboarding';

export interface Removal {
  readonly memberId: string;
  readonly reason?: RevocationReason | undefined;
  readonly comment?: string | undefined;
}

/**
 * Takes a member out of the team, or leaves it, and shuts every door at once: certificates are revoked and the keys of their
 * CAs destroyed, admissions, devices and reissue links go, invitations made by or for them are withdrawn, browser sessions end
 * (where this was the only team and somebody else did it; otherwise the next call to this team is refused), and every machine
 * that admitted them is told. Anyone may leave; removing somebody else needs the role. The account and its other teams stay.
 * Throws member.not-found, auth.forbidden, member.last-owner.
 */
export async function removeMember(ctx: TeamContext, removal: Removal): Promise<{ changeId: string | null }> {
  const { runtime, actor } = ctx;
  const isLeaving = removal.memberId === actor.membershipId;
  if (!isLeaving) assertMay(actor, 'member.remove');
  const { reason = isLeaving ? 'cessationOfOperation' : 'affiliationChanged', comment } = removal;
  const now = runtime.clock.now();
  const { changeId } = await changeAdmission(ctx, async (tx) => {
    await lockMembers(tx, actor.teamId);
    const member = await getMember(tx, removal.memberId);
    assertRoleWithin(actor, member.role);
    if (member.role === 'owner') await assertOtherOwner(tx, member.id);
    const { id: membershipId, user } = member;
    const leaver: Leaver = { membershipId, userId: user.id, email: user.email, now };
    const machineIds = await machinesAdmitting(tx, { teamId: actor.teamId, membershipId });
    const fingerprints = await revokeAll(ctx, tx, { membershipId, reason, comment });
    const effects = {
      certificates: fingerprints.length,
      admissions: machineIds.length,
      invitations: await withdrawInvitations(tx, leaver),
      reissueLinks: await withdrawReissueLinks(tx, leaver),
      ...(isLeaving
        ? { sessions: 0, sessionsKept: true }
        : await endSessionsOf(tx, { userId: user.id, teamId: actor.teamId, now })),
    };
    await tx.membership.delete({ where: { id: membershipId }, select: { id: true } });
    await recordAudit(tx, actor, {
      action: isLeaving ? 'member.left' : 'member.removed',
      target: { type: 'member', id: membershipId, name: user.name },
      before: { email: user.email, role: member.role },
      after: { reason, ...(comment !== undefined && { comment }), ...effects },
    });
    return {
      result: null,
      change: {
        kind: 'offboard',
        subject: user.email,
        membershipId,
        reason,
        ...(comment !== undefined && { comment }),
        fingerprints,
        effects,
        machineIds,
      },
    };
  });
  return { changeId };
}

interface Revocation {
  readonly membershipId: string;
  readonly reason: RevocationReason;
  readonly comment: string | undefined;
}

/** Marks what the member holds as revoked and keeps it as history; the CAs that signed it can sign no more. */
async function revokeAll(
  { runtime, actor }: TeamContext,
  tx: Transaction,
  { membershipId, reason, comment }: Revocation,
): Promise<string[]> {
  const now = runtime.clock.now();
  const revoked = await tx.certificate.updateManyAndReturn({
    where: { membershipId, status: { not: 'revoked' } },
    data: { status: 'revoked', revokedAt: now, reason, comment: comment ?? null },
    select: { fingerprint: true },
  });
  const authorities = await tx.authority.findMany({ where: { membershipId }, select: { secretId: true } });
  for (const { secretId } of authorities) {
    await runtime.secrets.remove(tx, { id: secretId, teamId: actor.teamId });
  }
  await tx.rotation.updateMany({
    where: { membershipId, finishedAt: null },
    data: { phase: 'retired', changedAt: now, finishedAt: now },
  });
  await tx.authority.updateMany({ where: { membershipId, retiredAt: null }, data: { retiredAt: now } });
  // Cut loose first: with its membership the row would go, and with it the certificates that it signed.
  await tx.authority.updateMany({ where: { membershipId }, data: { membershipId: null } });
  return revoked.map(({ fingerprint }) => fingerprint);
}
