import 'server-only';
import type { Certificate } from '@/server/db/generated/client';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { bridgeTo } from '@/server/pki/bridge';
import { issueServerCertificate } from '@/server/pki/server-certificate';
import { describeAlternativeName, parseHostNames } from '@/server/pki/subject-alternative-names';
import type { Runtime } from '@/server/runtime';

import { engineAuthorityOf, type EngineSigner } from './engine-authority-of';
import { openAuthority } from './ensure-authority';
import { storeCertificate } from './store-certificate';

export interface EngineKeyPair {
  readonly certificateId: string;
  /** SHA-256 of the end certificate, as rows hold it. */
  readonly fingerprint: string;
  /** The CA that signed it. */
  readonly authorityId: string;
  /** The end certificate; while the engine CA is rotated, after it the new CA as the former one signed it. */
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const addressesOf = (machine: LoadedMachine): string[] => {
  const { address, ssh } = machine.target;
  const named = [address, ssh?.host, machine.row.name, ...machine.row.extraSans, 'localhost', '127.0.0.1'];
  return [...new Set(named.filter((name): name is string => Boolean(name)))];
};

const described = (names: readonly string[]) => parseHostNames(names).map(describeAlternativeName);

/** Whether an engine's certificate needs a successor: two thirds of its life are over, or a name is missing. Pure. */
export function isWorn(
  kept: Pick<Certificate, 'notBefore' | 'notAfter' | 'sans'>,
  { names, now }: { readonly names: readonly string[]; readonly now: Date },
): boolean {
  const usedMs = now.getTime() - kept.notBefore.getTime();
  const lifeMs = kept.notAfter.getTime() - kept.notBefore.getTime();
  return usedMs >= (lifeMs * 2) / 3 || described(names).some((name) => !kept.sans.includes(name));
}

/** Whether the newest certificate of the machine's engine lacks one of the names that the machine has now. */
export async function lacksName(runtime: Runtime, machine: LoadedMachine): Promise<boolean> {
  const { teamId, id: machineId } = machine.row;
  const newest = await runtime.database.prisma.certificate.findFirst({
    where: { teamId, machineId, kind: 'engine', status: 'active' },
    orderBy: { createdAt: 'desc' },
    select: { sans: true },
  });
  return newest !== null && described(addressesOf(machine)).some((name) => !newest.sans.includes(name));
}

/** What is sent after the end certificate, so that clients with the former ca.pem alone believe it too. */
const chainOf = async (runtime: Runtime, { authority, former }: EngineSigner): Promise<string> => {
  if (!former) return '';
  const pair = await openAuthority(runtime, former);
  return (await bridgeTo(authority.certificatePem, pair, runtime.clock.now())) ?? '';
};

const findKept = async (runtime: Runtime, machine: LoadedMachine, authorityId: string) => {
  const { prisma } = runtime.database;
  const { teamId, id: machineId } = machine.row;
  const kept = await prisma.certificate.findFirst({
    where: { teamId, machineId, kind: 'engine', status: 'active', authorityId, secretId: { not: null } },
    orderBy: { createdAt: 'desc' },
    select: { id: true, pem: true, fingerprint: true, sans: true, secretId: true, notBefore: true, notAfter: true },
  });
  if (!kept?.secretId || isWorn(kept, { names: addressesOf(machine), now: runtime.clock.now() })) return null;
  const ref = { id: kept.secretId, teamId, purpose: 'certificate-key' as const };
  return {
    certificateId: kept.id,
    fingerprint: kept.fingerprint,
    authorityId,
    certificatePem: kept.pem,
    privateKeyPem: await runtime.secrets.open(prisma, ref),
  };
};

const issue = async (runtime: Runtime, machine: LoadedMachine, { authority }: EngineSigner): Promise<EngineKeyPair> => {
  const { teamId, id: machineId, team } = machine.row;
  const issued = await issueServerCertificate({
    ca: await openAuthority(runtime, authority),
    commonName: machine.row.name,
    sans: addressesOf(machine),
    keyBits: team.keyBits as 2048 | 3072 | 4096,
    validForDays: team.engineValidForDays,
    now: runtime.clock.now(),
  });
  const row = await runtime.database.prisma.$transaction((tx) =>
    storeCertificate(runtime, tx, { teamId, authorityId: authority.id, kind: 'engine', machineId, issued }),
  );
  return {
    certificateId: row.id,
    fingerprint: issued.fingerprintSha256,
    authorityId: authority.id,
    certificatePem: issued.certificatePem,
    privateKeyPem: issued.privateKeyPem,
  };
};

/**
 * The server certificate of a machine's engine, with its key: the kept one when it still fits (same names, the CA that
 * engineAuthorityOf names, not yet at two thirds of its life), else a new one. The key is sealed, so that a retried step
 * uploads the same bytes.
 */
export async function ensureEngineCertificate(runtime: Runtime, machine: LoadedMachine): Promise<EngineKeyPair> {
  const { id: machineId, teamId } = machine.row;
  const signer = await engineAuthorityOf(runtime, { machineId, teamId });
  const pair = (await findKept(runtime, machine, signer.authority.id)) ?? (await issue(runtime, machine, signer));
  return { ...pair, certificatePem: pair.certificatePem + (await chainOf(runtime, signer)) };
}
