import 'server-only';
import { X509Certificate } from 'node:crypto';

import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { storeCertificate } from '@/server/operations/pki/store-certificate';
import type { TeamContext } from '@/server/operations/team-context';
import { inspectCertificate } from '@/server/pki/inspect';

import { subjectOf } from './list-authorities';

export interface ImportedClient {
  readonly pem: string;
  /** Whose it is from now on. */
  readonly membershipId: string;
}

const refuse = (index: number, sentence: string): never => {
  throw new AppError({
    code: 'pki.certificate-invalid',
    public: sentence,
    fieldErrors: { [`clientCertificates.${index}.pem`]: sentence },
  });
};

/** Checks a client certificate that is brought along with the CA that signed it. Throws pki.certificate-invalid, input.too-large. */
const inspect = (pem: string, { index, caPem, now }: { index: number; caPem: string; now: Date }) => {
  const described = inspectCertificate(pem);
  const ca = new X509Certificate(caPem);
  const certificate = new X509Certificate(pem);
  if (!certificate.checkIssued(ca) || !certificate.verify(ca.publicKey)) refuse(index, 'This CA did not sign it.');
  if (described.isCa) refuse(index, 'This is a CA, not a client certificate.');
  const { extendedKeyUsages } = described;
  if (extendedKeyUsages.length > 0 && !extendedKeyUsages.includes('clientAuth')) {
    refuse(index, 'It is not for clients (its extended key usages leave out clientAuth).');
  }
  if (described.notAfter <= now) refuse(index, `It expired on ${described.notAfter.toISOString()}.`);
  return {
    certificatePem: pem,
    serial: described.serial,
    fingerprintSha256: described.fingerprintSha256,
    subject: subjectOf(pem),
    sans: described.sans,
    notBefore: described.notBefore,
    notAfter: described.notAfter,
  };
};

/**
 * Stores client certificates that somebody brings along, each for a member: gates admit by fingerprint, so only what is known
 * gets in. Their keys stay where they are. Throws pki.certificate-invalid (field clientCertificates.<index>.pem),
 * member.not-found. Out: fingerprints and members.
 */
export async function importClients(
  { runtime, actor }: TeamContext,
  tx: Transaction,
  input: {
    readonly authority: { readonly id: string; readonly certificatePem: string };
    readonly clients: readonly ImportedClient[];
  },
): Promise<{ fingerprints: string[]; membershipIds: string[] }> {
  const { teamId } = actor;
  const fingerprints: string[] = [];
  for (const [index, { pem, membershipId }] of input.clients.entries()) {
    const issued = inspect(pem, { index, caPem: input.authority.certificatePem, now: runtime.clock.now() });
    if (fingerprints.includes(issued.fingerprintSha256)) refuse(index, 'It is in the list twice.');
    const member = await tx.membership.findFirst({
      where: { id: membershipId, teamId },
      select: { user: { select: { name: true, email: true } } },
    });
    if (!member) throw new AppError({ code: 'member.not-found', public: 'There is no such member in this team.' });
    await storeCertificate(runtime, tx, {
      teamId,
      authorityId: input.authority.id,
      kind: 'client',
      issued,
      membershipId,
      holderName: member.user.name,
      holderEmail: member.user.email,
      deviceName: 'imported',
    });
    fingerprints.push(issued.fingerprintSha256);
  }
  return { fingerprints, membershipIds: [...new Set(input.clients.map((client) => client.membershipId))] };
}
