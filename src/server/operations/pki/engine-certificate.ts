import 'server-only';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { issueServerCertificate } from '@/server/pki/server-certificate';
import { describeAlternativeName, parseHostNames } from '@/server/pki/subject-alternative-names';
import type { Runtime } from '@/server/runtime';

import { ensureAuthority, openAuthority } from './ensure-authority';
import { storeCertificate } from './store-certificate';

export interface EngineKeyPair {
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const addressesOf = (machine: LoadedMachine): string[] => {
  const { address, ssh } = machine.target;
  const named = [address, ssh?.host, machine.row.name, ...machine.row.extraSans, 'localhost', '127.0.0.1'];
  return [...new Set(named.filter((name): name is string => Boolean(name)))];
};

/**
 * The server certificate of a machine's engine, with its key: the kept one when it still fits (same names, same CA, not
 * yet at two thirds of its life), else a new one. The key is sealed, so that a retried step uploads the same bytes.
 */
export async function ensureEngineCertificate(runtime: Runtime, machine: LoadedMachine): Promise<EngineKeyPair> {
  const { prisma } = runtime.database;
  const { teamId, id: machineId, team } = machine.row;
  const authority = await ensureAuthority({ runtime, teamId }, { kind: 'engine' });
  const names = addressesOf(machine);
  const now = runtime.clock.now();
  const kept = await prisma.certificate.findFirst({
    where: { teamId, machineId, kind: 'engine', status: 'active', authorityId: authority.id, secretId: { not: null } },
    orderBy: { createdAt: 'desc' },
    select: { id: true, pem: true, sans: true, secretId: true, notBefore: true, notAfter: true },
  });
  if (kept?.secretId) {
    const usedMs = now.getTime() - kept.notBefore.getTime();
    const lifeMs = kept.notAfter.getTime() - kept.notBefore.getTime();
    const wanted = parseHostNames(names).map(describeAlternativeName);
    if (usedMs < (lifeMs * 2) / 3 && wanted.every((name) => kept.sans.includes(name))) {
      const privateKeyPem = await runtime.secrets.open(prisma, {
        id: kept.secretId,
        teamId,
        purpose: 'certificate-key',
      });
      return { certificateId: kept.id, certificatePem: kept.pem, privateKeyPem };
    }
  }
  const issued = await issueServerCertificate({
    ca: await openAuthority(runtime, authority),
    commonName: machine.row.name,
    sans: names,
    keyBits: team.keyBits as 2048 | 3072 | 4096,
    validForDays: team.engineValidForDays,
    now,
  });
  const row = await prisma.$transaction((tx) =>
    storeCertificate(runtime, tx, { teamId, authorityId: authority.id, kind: 'engine', machineId, issued }),
  );
  return { certificateId: row.id, certificatePem: issued.certificatePem, privateKeyPem: issued.privateKeyPem };
}
