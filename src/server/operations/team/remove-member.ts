import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { machineChangeAccess } from '@/server/jobs/kinds/machine-change-access';
import { startJob } from '@/server/jobs/start-job';
import type { TeamContext } from '@/server/operations/team-context';
import { assertMay } from '@/server/policies/may';

import { assertOtherOwner, assertRoleWithin, getMember, lockMembers } from './member-rules';

/** What follows from a removal: the jobs that make the hosts refuse the member's certificates. */
export interface Removal {
  readonly jobs: readonly { readonly id: string; readonly machine: string }[];
}

/**
 * Takes a member out of the team, or leaves it: membership, admissions and devices go, the certificates are marked as
 * revoked, the key of the member's CA is destroyed, and every machine that admitted the member gets a job that makes its
 * engine refuse them. The account and its other teams stay. Anyone may leave; removing somebody else needs the role.
 * Throws member.not-found, auth.forbidden, member.last-owner.
 */
export function removeMember(ctx: TeamContext, { memberId }: { memberId: string }): Promise<Removal> {
  const { runtime, actor, db } = ctx;
  const isLeaving = memberId === actor.membershipId;
  if (!isLeaving) assertMay(actor, 'member.remove');
  return db.$transaction(async (tx) => {
    await lockMembers(tx, actor.teamId);
    const member = await getMember(tx, memberId);
    assertRoleWithin(actor, member.role);
    if (member.role === 'owner') await assertOtherOwner(tx, member.id);
    const machines = await tx.machine.findMany({
      where: { admissions: { some: { membershipId: member.id } }, state: { not: 'removing' } },
      orderBy: { name: 'asc' },
      select: { id: true, name: true },
    });
    const revoked = await revokeCertificates(ctx, tx, member.id);
    await tx.membership.delete({ where: { id: member.id }, select: { id: true } });
    const jobs: { id: string; machine: string }[] = [];
    for (const machine of machines) {
      const job = await startJob(runtime, tx, {
        kind: machineChangeAccess,
        actor,
        machineId: machine.id,
        subject: machine.name,
        payload: { machineId: machine.id },
      });
      jobs.push({ id: job.id, machine: machine.name });
    }
    await recordAudit(tx, actor, {
      action: isLeaving ? 'member.left' : 'member.removed',
      target: { type: 'member', id: member.id, name: member.user.name },
      before: { email: member.user.email, role: member.role, machines: machines.map((machine) => machine.name) },
      after: { revokedCertificates: revoked },
    });
    return { jobs };
  });
}

/** Marks what the member holds as revoked and keeps it as history; the CA that signed it can sign no more. */
async function revokeCertificates({ runtime, actor }: TeamContext, tx: Transaction, membershipId: string) {
  const { count } = await tx.certificate.updateMany({
    where: { membershipId, status: 'active' },
    data: { status: 'revoked', revokedAt: runtime.clock.now(), reason: 'The member was removed from the team.' },
  });
  const authorities = await tx.authority.findMany({ where: { membershipId }, select: { secretId: true } });
  for (const { secretId } of authorities) {
    await runtime.secrets.remove(tx, { id: secretId, teamId: actor.teamId });
  }
  // Cut loose first: with its membership the row would go, and with it the certificates that it signed.
  await tx.authority.updateMany({ where: { membershipId }, data: { membershipId: null } });
  return count;
}
