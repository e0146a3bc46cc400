import 'server-only';
import { changeAdmission, type AdmissionContext } from '@/server/operations/admission/change-admission';
import { ensureAuthority, openAuthority } from '@/server/operations/pki/ensure-authority';
import { storeCertificate } from '@/server/operations/pki/store-certificate';
import { canarySubject, issueForTest } from '@/server/self-test/canary';
import type { ClientPair } from '@/server/self-test/tls-call';

/** A machine under test. */
export interface TestedMachine {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly team: { readonly slug: string };
}

/** A certificate that one machine's gate admits until it is revoked. */
export interface Canary extends ClientPair {
  readonly certificateId: string;
  readonly fingerprint: string;
}

const subjectOf = (machine: TestedMachine) => `the canary of ${machine.name}'s self-test`;

const findCanary = async ({ runtime }: AdmissionContext, machine: TestedMachine): Promise<Canary | null> => {
  const { prisma } = runtime.database;
  const kept = await prisma.certificate.findFirst({
    where: {
      teamId: machine.teamId,
      machineId: machine.id,
      kind: 'canary',
      status: 'active',
      notAfter: { gt: runtime.clock.now() },
      secretId: { not: null },
    },
    select: { id: true, pem: true, fingerprint: true, secretId: true },
  });
  if (!kept?.secretId) return null;
  const place = { id: kept.secretId, teamId: machine.teamId, purpose: 'certificate-key' } as const;
  const key = await runtime.secrets.open(prisma, place);
  return { certificateId: kept.id, cert: kept.pem, fingerprint: kept.fingerprint, key };
};

const issueCanary = async (ctx: AdmissionContext, machine: TestedMachine): Promise<Canary> => {
  const { runtime } = ctx;
  const { teamId } = machine;
  const authority = await ensureAuthority({ runtime, teamId }, { kind: 'console' });
  const ca = await openAuthority(runtime, authority);
  const issued = await issueForTest(
    ca,
    canarySubject({ team: machine.team, machineId: machine.id }),
    runtime.clock.now(),
  );
  const fingerprint = issued.fingerprintSha256;
  const { result } = await changeAdmission(ctx, async (tx) => ({
    result: await storeCertificate(runtime, tx, {
      teamId,
      authorityId: authority.id,
      kind: 'canary',
      issued,
      machineId: machine.id,
    }),
    change: { kind: 'issue', subject: subjectOf(machine), fingerprints: [fingerprint], machineIds: [machine.id] },
  }));
  return { certificateId: result.id, fingerprint, cert: issued.certificatePem, key: issued.privateKeyPem };
};

/**
 * The machine's canary, admitted by its host when this resolves: made like any certificate, or the one that an interrupted
 * run left. Throws what keeps the host from being brought up to date.
 */
export async function admitCanary(ctx: AdmissionContext, machine: TestedMachine): Promise<Canary> {
  const canary = (await findCanary(ctx, machine)) ?? (await issueCanary(ctx, machine));
  await ctx.runtime.admissions.pushNow(machine.id);
  return canary;
}

/**
 * Revokes every canary of the machine that is still active, as any certificate is revoked, and destroys the keys of all. The
 * host is told at once, and if it cannot be reached when it returns. Idempotent. Answers whether there was one to revoke.
 */
export async function revokeCanaries(ctx: AdmissionContext, machine: TestedMachine): Promise<boolean> {
  const { runtime } = ctx;
  const { changeId } = await changeAdmission(ctx, async (tx) => {
    const place = { teamId: machine.teamId, machineId: machine.id, kind: 'canary' } as const;
    const canaries = await tx.certificate.findMany({
      where: { ...place, OR: [{ status: 'active' }, { secretId: { not: null } }] },
      select: { status: true, fingerprint: true, secretId: true },
    });
    for (const { secretId } of canaries) {
      if (secretId) await runtime.secrets.remove(tx, { id: secretId, teamId: machine.teamId });
    }
    await tx.certificate.updateMany({ where: place, data: { secretId: null } });
    await tx.certificate.updateMany({
      where: { ...place, status: 'active' },
      data: { status: 'revoked', revokedAt: runtime.clock.now(), reason: 'cessationOfOperation' },
    });
    const fingerprints = canaries.filter((row) => row.status === 'active').map((row) => row.fingerprint);
    if (fingerprints.length === 0) return { result: null, change: null };
    return {
      result: null,
      change: {
        kind: 'revoke',
        subject: subjectOf(machine),
        reason: 'cessationOfOperation',
        fingerprints,
        machineIds: [machine.id],
      },
    };
  });
  return changeId !== null;
}
