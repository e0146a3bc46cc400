import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { ensureAuthority, openAuthority } from '@/server/operations/pki/ensure-authority';
import { storeCertificate } from '@/server/operations/pki/store-certificate';
import type { TeamContext } from '@/server/operations/team-context';
import { issueClientCertificate as sign } from '@/server/pki/client-certificate';

export interface IssueClientCertificateInput {
  /** Where the key is kept: "laptop". Unique per member; made when it is new. */
  readonly deviceName: string;
  /** PKCS#10 in PEM; made in the browser, or by the member's own tools. */
  readonly csrPem: string;
}

export interface IssuedToMember {
  readonly certificateId: string;
  readonly certificatePem: string;
  /** The team's engine CA, by which the member's docker client knows the hosts. */
  readonly caPem: string;
  readonly fingerprint: string;
  readonly notAfter: Date;
}

/**
 * Signs a client certificate for one of the caller's own devices; its key stays where the request was made. Validity is
 * the team's policy. Throws pki.csr-invalid, input.too-large, pki.ca-expired. Audited as certificate.issued.
 */
export async function issueClientCertificate(
  ctx: TeamContext,
  input: IssueClientCertificateInput,
): Promise<IssuedToMember> {
  const { runtime, actor, db } = ctx;
  const place = { runtime, teamId: actor.teamId };
  const engineCa = await ensureAuthority(place, { kind: 'engine' });
  const authority = await ensureAuthority(place, { kind: 'client', membershipId: actor.membershipId });
  const { clientValidForDays } = await runtime.database.prisma.team.findUniqueOrThrow({
    where: { id: actor.teamId },
    select: { clientValidForDays: true },
  });
  const member = await runtime.database.prisma.user.findUniqueOrThrow({
    where: { id: actor.userId },
    select: { email: true },
  });
  const ca = await openAuthority(runtime, authority);
  return db.$transaction(async (tx) => {
    const place = { membershipId: actor.membershipId, name: input.deviceName };
    const device = await tx.device.upsert({
      where: { membershipId_name: place, teamId: actor.teamId },
      create: { ...place, teamId: actor.teamId, createdAt: runtime.clock.now() },
      update: {},
      select: { id: true, name: true },
    });
    const issued = await sign({
      ca,
      csrPem: input.csrPem,
      subject: { member: { id: actor.membershipId, email: member.email }, device, team: { slug: actor.teamSlug } },
      validForDays: clientValidForDays,
      now: runtime.clock.now(),
    });
    const { id } = await storeCertificate(runtime, tx, {
      teamId: actor.teamId,
      authorityId: authority.id,
      kind: 'client',
      issued,
      membershipId: actor.membershipId,
      deviceId: device.id,
    });
    await recordAudit(tx, actor, {
      action: 'certificate.issued',
      target: { type: 'certificate', id, name: `${member.email} on ${device.name}` },
      after: { serial: issued.serial, fingerprint: issued.fingerprintSha256, notAfter: issued.notAfter.toISOString() },
    });
    return {
      certificateId: id,
      certificatePem: issued.certificatePem,
      caPem: engineCa.certificatePem,
      fingerprint: issued.fingerprintSha256,
      notAfter: issued.notAfter,
    };
  });
}
