import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import {
  type AdmissionChange,
  changeAdmission,
  machinesAdmitting,
} from '@/server/operations/admission/change-admission';
import { engineCaBundle } from '@/server/operations/pki/engine-ca-bundle';
import { ensureAuthority, findAuthority, openAuthority } from '@/server/operations/pki/ensure-authority';
import { storeCertificate } from '@/server/operations/pki/store-certificate';
import type { TeamContext } from '@/server/operations/team-context';
import { issueClientCertificate as sign } from '@/server/pki/client-certificate';

export interface SigningRequest {
  /** Where the key is kept: "laptop". Unique per member; made when it is new. */
  readonly deviceName: string;
  /** PKCS#10 in PEM; made in the browser, or by the member's own tools. */
  readonly csrPem: string;
}

export interface IssuedToMember {
  readonly certificateId: string;
  readonly certificatePem: string;
  /** The team's engine CAs, by which the member's docker client knows the hosts. */
  readonly caPem: string;
  readonly fingerprint: string;
  readonly notAfter: Date;
  /** Names the receipts; null where no host has to learn of it. */
  readonly changeId: string | null;
}

/** What else happens in the same transaction; it sees the new certificate and may add to what is told of it. */
export type BesideSigning = (
  tx: Transaction,
  issued: { readonly id: string; readonly fingerprint: string },
) => Promise<Pick<AdmissionChange, 'reason' | 'fingerprints'>>;

const nothingBeside: BesideSigning = () => Promise.resolve({});

/**
 * Signs a client certificate for one of the caller's own devices, by the team's policy; its key stays where the request was
 * made. Machines with a gate learn its fingerprint at once; those whose engine decides know its CA already, unless that is
 * new. Throws pki.csr-invalid, input.too-large, pki.ca-expired. Audited as certificate.issued.
 */
export async function signForCaller(
  ctx: TeamContext,
  request: SigningRequest,
  beside: BesideSigning = nothingBeside,
): Promise<IssuedToMember> {
  const { actor } = ctx;
  const signer = await openSigner(ctx);
  const { result, changeId } = await changeAdmission(ctx, async (tx) => {
    const issued = await signAndStore(ctx, tx, { ...request, signer });
    await noteEngineCa(tx, actor.membershipId, signer.engineCa.newestGeneration);
    const { fingerprints = [], ...told } = await beside(tx, issued);
    const machineIds = await machinesToTell(tx, ctx, signer);
    return {
      result: issued,
      change:
        machineIds.length === 0
          ? null
          : {
              kind: 'issue',
              subject: issued.subject,
              membershipId: actor.membershipId,
              ...told,
              fingerprints: [issued.fingerprint, ...fingerprints],
              machineIds,
            },
    };
  });
  const { id, certificatePem, fingerprint, notAfter } = result;
  return { certificateId: id, certificatePem, caPem: signer.engineCa.pem, fingerprint, notAfter, changeId };
}

type Signer = Awaited<ReturnType<typeof openSigner>>;

// Before the transaction: the first CA of a member takes a moment to make.
async function openSigner({ runtime, actor, db }: TeamContext) {
  const place = { teamId: actor.teamId, subject: { kind: 'client', membershipId: actor.membershipId } } as const;
  const known = await findAuthority(db, place);
  const authority = known ?? (await ensureAuthority({ runtime, teamId: actor.teamId }, place.subject));
  const [engineCa, ca, { clientValidForDays }, holder] = await Promise.all([
    engineCaBundle(runtime, actor.teamId),
    openAuthority(runtime, authority),
    db.team.findUniqueOrThrow({ where: { id: actor.teamId }, select: { clientValidForDays: true } }),
    db.user.findUniqueOrThrow({ where: { id: actor.userId }, select: { name: true, email: true } }),
  ]);
  return { authorityId: authority.id, isNewCa: known === null, ca, engineCa, clientValidForDays, holder };
}

async function signAndStore(ctx: TeamContext, tx: Transaction, input: SigningRequest & { readonly signer: Signer }) {
  const { runtime, actor } = ctx;
  const { signer, csrPem, deviceName } = input;
  const { holder, authorityId } = signer;
  await assertStillSigns(tx, authorityId);
  const place = { membershipId: actor.membershipId, name: deviceName };
  const device = await tx.device.upsert({
    where: { membershipId_name: place, teamId: actor.teamId },
    create: { ...place, teamId: actor.teamId, createdAt: runtime.clock.now() },
    update: {},
    select: { id: true, name: true },
  });
  const issued = await sign({
    ca: signer.ca,
    csrPem,
    subject: { member: { id: actor.membershipId, email: holder.email }, device, team: { slug: actor.teamSlug } },
    validForDays: signer.clientValidForDays,
    now: runtime.clock.now(),
  });
  const { id } = await storeCertificate(runtime, tx, {
    teamId: actor.teamId,
    authorityId,
    kind: 'client',
    issued,
    membershipId: actor.membershipId,
    deviceId: device.id,
    holderName: holder.name,
    holderEmail: holder.email,
    deviceName: device.name,
  });
  const subject = `${holder.email} on ${device.name}`;
  const { fingerprintSha256: fingerprint, notAfter, serial, certificatePem } = issued;
  await recordAudit(tx, actor, {
    action: 'certificate.issued',
    target: { type: 'certificate', id, name: subject },
    after: { serial, fingerprint, notAfter: notAfter.toISOString() },
  });
  return { id, subject, fingerprint, notAfter, certificatePem };
}

/** A revocation may have retired the CA since it was opened; the next try gets its successor. */
async function assertStillSigns(tx: Transaction, authorityId: string): Promise<void> {
  if (await tx.authority.findFirst({ where: { id: authorityId, retiredAt: null }, select: { id: true } })) return;
  throw new AppError({
    code: 'certificate.wrong-state',
    public: 'Your client CA was replaced at this very moment. Try again: the new one will sign.',
  });
}

/** Notes which engine CAs a member was given with a ca.pem; never less than before. */
const noteEngineCa = (tx: Transaction, membershipId: string, generation: number) =>
  tx.membership.updateMany({
    where: { id: membershipId, engineCaGeneration: { lt: generation } },
    data: { engineCaGeneration: generation },
  });

async function machinesToTell(tx: Transaction, { actor }: TeamContext, { isNewCa }: Signer): Promise<string[]> {
  const { teamId, membershipId } = actor;
  const ids = await machinesAdmitting(tx, { teamId, membershipId });
  if (isNewCa) return ids;
  const gates = await tx.machine.findMany({
    where: { id: { in: ids }, OR: [{ enforcement: 'gate' }, { enforcementWanted: 'gate' }] },
    select: { id: true },
  });
  return gates.map((machine) => machine.id);
}
