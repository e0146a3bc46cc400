import 'server-only';
import { type CertificatePolicy, certificatePolicySchema } from '@/lib/team-policy';
import { recordAudit } from '@/server/audit/record-audit';
import type { TeamContext } from '@/server/operations/team-context';

const policySelect = {
  clientValidForDays: true,
  engineValidForDays: true,
  caValidForDays: true,
  keyBits: true,
  csrFilesAllowed: true,
} as const;

const keys = Object.keys(policySelect) as (keyof CertificatePolicy)[];

/** What the team asks of its certificates and CAs. */
export async function describePolicy({ actor, db }: TeamContext): Promise<CertificatePolicy> {
  const team = await db.team.findUniqueOrThrow({ where: { id: actor.teamId }, select: policySelect });
  return certificatePolicySchema.parse(team);
}

/** Changes it for what is made from now on. Records what differs, as certificate.policy-changed. */
export async function changePolicy({ actor, db }: TeamContext, wanted: CertificatePolicy): Promise<void> {
  await db.$transaction(async (tx) => {
    const where = { id: actor.teamId };
    const present = await tx.team.findUniqueOrThrow({ where, select: { name: true, ...policySelect } });
    const changed = keys.filter((key) => present[key] !== wanted[key]);
    if (changed.length === 0) return;
    const only = (policy: Readonly<Record<keyof CertificatePolicy, number | boolean>>) =>
      Object.fromEntries(changed.map((key) => [key, policy[key]]));
    await tx.team.update({ where, data: only(wanted), select: { id: true } });
    await recordAudit(tx, actor, {
      action: 'certificate.policy-changed',
      target: { type: 'team', id: actor.teamId, name: present.name },
      before: only(present),
      after: only(wanted),
    });
  });
}
