import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { changeAdmission, machinesAdmitting } from '@/server/operations/admission/change-admission';
import type { TeamContext } from '@/server/operations/team-context';

import { assertOtherOwner, assertRoleWithin, getMember, lockMembers } from './member-rules';

/**
 * Keeps a member out until further notice: from the next call on the team refuses them, open streams end, and no machine admits
 * any of their certificates. What they have stays theirs. Throws member.not-found, member.wrong-state, member.last-owner,
 * auth.forbidden.
 */
export async function suspendMember(
  ctx: TeamContext,
  { memberId, comment }: { readonly memberId: string; readonly comment?: string | undefined },
): Promise<{ changeId: string | null }> {
  const { runtime, actor } = ctx;
  if (memberId === actor.membershipId) {
    throw new AppError({ code: 'member.wrong-state', public: 'You cannot suspend yourself. Ask another admin.' });
  }
  const { changeId } = await changeAdmission(ctx, async (tx) => {
    const member = await lockMember(ctx, tx, memberId);
    if (member.suspendedAt) {
      throw new AppError({ code: 'member.wrong-state', public: 'This member is suspended already.' });
    }
    if (member.role === 'owner') await assertOtherOwner(tx, member.id);
    const data = { suspendedAt: runtime.clock.now() };
    await tx.membership.update({ where: { id: member.id }, data, select: { id: true } });
    await recordAudit(tx, actor, {
      action: 'member.suspended',
      target: { type: 'member', id: member.id, name: member.user.name },
      ...(comment !== undefined && { after: { comment } }),
    });
    const change = { ...(await changeOf(ctx, tx, member)), ...(comment !== undefined && { comment }) };
    return { result: null, change: { kind: 'suspend', ...change } };
  });
  return { changeId };
}

/** Lets a suspended member back in. Throws member.not-found, member.wrong-state, auth.forbidden. */
export async function resumeMember(
  ctx: TeamContext,
  { memberId }: { readonly memberId: string },
): Promise<{ changeId: string | null }> {
  const { actor } = ctx;
  const { changeId } = await changeAdmission(ctx, async (tx) => {
    const member = await lockMember(ctx, tx, memberId);
    if (!member.suspendedAt) {
      throw new AppError({ code: 'member.wrong-state', public: 'This member is not suspended.' });
    }
    await tx.membership.update({ where: { id: member.id }, data: { suspendedAt: null }, select: { id: true } });
    await recordAudit(tx, actor, {
      action: 'member.resumed',
      target: { type: 'member', id: member.id, name: member.user.name },
    });
    return { result: null, change: { kind: 'resume', ...(await changeOf(ctx, tx, member)) } };
  });
  return { changeId };
}

type Member = Awaited<ReturnType<typeof getMember>>;

async function lockMember({ actor }: TeamContext, tx: Transaction, memberId: string): Promise<Member> {
  await lockMembers(tx, actor.teamId);
  const member = await getMember(tx, memberId);
  assertRoleWithin(actor, member.role);
  return member;
}

async function changeOf({ runtime, actor }: TeamContext, tx: Transaction, member: Member) {
  const certificates = await tx.certificate.findMany({
    where: { membershipId: member.id, kind: 'client', status: 'active', notAfter: { gt: runtime.clock.now() } },
    select: { fingerprint: true },
  });
  return {
    subject: member.user.email,
    membershipId: member.id,
    fingerprints: certificates.map(({ fingerprint }) => fingerprint),
    machineIds: await machinesAdmitting(tx, { teamId: actor.teamId, membershipId: member.id }),
  };
}
