import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { changeAdmission } from '@/server/operations/admission/change-admission';
import { findAuthority, type NewAuthority } from '@/server/operations/pki/ensure-authority';
import { retireAuthority, storeNextGeneration } from '@/server/operations/pki/next-generation';
import type { TeamContext } from '@/server/operations/team-context';
import { parseCaPair } from '@/server/pki/import-ca';

import { enginesTrusting } from './engines-trusting';
import { type ImportedClient, importClients } from './import-clients';
import { subjectOf } from './list-authorities';
import { assertNoRotation, beginRotation } from './start-rotation';

export interface ImportAuthorityInput {
  /** ca.pem and ca-key.pem, as Docker Machine made them or of one's own. */
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly passphrase?: string | undefined;
  /** Whoever holds a client certificate of it gets in as well, until the CA is retired. */
  readonly alsoClients: boolean;
  /** Client certificates of it, each with its member: gates admit only what they know. Needs alsoClients. */
  readonly clientCertificates?: readonly ImportedClient[] | undefined;
}

export interface ImportedAuthority {
  readonly authorityId: string;
  /** The rotation by which machines move to it; null where there are no machines yet. */
  readonly rotationId: string | null;
  readonly changeId: string | null;
}

const storeEngineCa = async (ctx: TeamContext, tx: Transaction, made: NewAuthority) => {
  const { runtime, actor } = ctx;
  const { teamId } = actor;
  const subject = { kind: 'engine' } as const;
  const former = await findAuthority(tx, { teamId, subject });
  // Certificates of machines that were removed name none any more.
  const engines = await tx.certificate.count({
    where: { teamId, kind: 'engine', status: 'active', machineId: { not: null } },
  });
  if (former && engines > 0) {
    const { id, newAuthority } = await beginRotation(ctx, tx, { subject, former, made });
    return { authorityId: newAuthority.id, rotationId: id };
  }
  await assertNoRotation(tx, teamId);
  const next = await storeNextGeneration(runtime, tx, { teamId, subject, made });
  if (former) await retireAuthority(runtime, tx, { teamId, id: former.id });
  return { authorityId: next.id, rotationId: null };
};

const storeSharedCa = async ({ runtime, actor }: TeamContext, tx: Transaction, made: NewAuthority) => {
  const { teamId } = actor;
  const present = await tx.authority.findFirst({
    where: { teamId, kind: 'client', fingerprint: made.fingerprintSha256, retiredAt: null },
    select: { id: true },
  });
  if (present) {
    const sentence = 'The team trusts this CA for clients already.';
    throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { alsoClients: sentence } });
  }
  const secretId = await runtime.secrets.put(tx, { teamId, purpose: 'authority-key', value: made.privateKeyPem });
  return tx.authority.create({
    data: {
      teamId,
      kind: 'client',
      shared: true,
      imported: true,
      certificatePem: made.certificatePem,
      serial: made.serial,
      fingerprint: made.fingerprintSha256,
      notBefore: made.notBefore,
      notAfter: made.notAfter,
      secretId,
      createdAt: runtime.clock.now(),
    },
    select: { id: true, certificatePem: true },
  });
};

const storeClients = async (
  ctx: TeamContext,
  tx: Transaction,
  input: ImportAuthorityInput & { made: NewAuthority },
) => {
  const clients = input.clientCertificates ?? [];
  if (!input.alsoClients) {
    if (clients.length === 0) return null;
    const sentence = 'Client certificates can be brought along only with a CA that is trusted for clients.';
    throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { clientCertificates: sentence } });
  }
  const { teamId } = ctx.actor;
  const authority = await storeSharedCa(ctx, tx, input.made);
  const { fingerprints, membershipIds } = await importClients(ctx, tx, { authority, clients });
  const gates = await tx.machine.findMany({
    where: {
      teamId,
      enforcement: 'gate',
      state: { not: 'removing' },
      admissions: { some: { membershipId: { in: membershipIds } } },
    },
    select: { id: true },
  });
  const engines = await enginesTrusting(tx, teamId);
  return { fingerprints, machineIds: [...engines, ...gates.map((row) => row.id)] };
};

/**
 * Brings along a CA pair as the team's next engine CA: the one in use at once where no machine has a certificate yet, else
 * introduced by a rotation. With alsoClients it is trusted for clients too, as docker-machine's single CA was: engines that
 * decide by themselves let in whoever holds a certificate of it, gates those that are brought along with it. Audited as
 * authority.imported. Throws what parseCaPair throws, pki.certificate-invalid, member.not-found, rotation.wrong-phase.
 */
export async function importAuthority(ctx: TeamContext, input: ImportAuthorityInput): Promise<ImportedAuthority> {
  const { runtime, actor } = ctx;
  const { certificatePem, keyPem, passphrase } = input;
  const pair = parseCaPair({
    certificatePem,
    keyPem,
    ...(passphrase !== undefined && { passphrase }),
    now: runtime.clock.now(),
  });
  const made = { ...pair, imported: true };
  const { result, changeId } = await changeAdmission(ctx, async (tx) => {
    const stored = await storeEngineCa(ctx, tx, made);
    const clients = await storeClients(ctx, tx, { ...input, made });
    const subject = subjectOf(made.certificatePem);
    await recordAudit(tx, actor, {
      action: 'authority.imported',
      target: { type: 'authority', id: stored.authorityId, name: subject },
      after: {
        fingerprint: made.fingerprintSha256,
        notAfter: made.notAfter.toISOString(),
        alsoClients: input.alsoClients,
        clientCertificates: [...(clients?.fingerprints ?? [])],
      },
    });
    const change =
      clients && clients.machineIds.length > 0
        ? { kind: 'grant' as const, subject: `holders of certificates of ${subject}`, ...clients }
        : null;
    return { result: stored, change };
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
  return { ...result, changeId };
}
