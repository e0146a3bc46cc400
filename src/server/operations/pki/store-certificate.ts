import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { CertificateKind } from '@/server/db/generated/client';
import type { Runtime } from '@/server/runtime';

/** A certificate that a CA of the team has just signed, and whose it is. */
export interface NewCertificate {
  readonly teamId: string;
  readonly authorityId: string;
  readonly kind: CertificateKind;
  readonly issued: {
    readonly certificatePem: string;
    readonly serial: string;
    readonly fingerprintSha256: string;
    readonly subject: string;
    readonly sans: readonly string[];
    readonly notBefore: Date;
    readonly notAfter: Date;
    /** Present where the key was made here; it is sealed. A member's key never is. */
    readonly privateKeyPem?: string;
  };
  readonly machineId?: string;
  readonly membershipId?: string;
  readonly deviceId?: string;
  /** Of a member's: who it is issued to and where it is kept. They outlive membership and device. */
  readonly holderName?: string;
  readonly holderEmail?: string;
  readonly deviceName?: string;
}

/** Writes the row of a new certificate, its key sealed, in the caller's transaction. */
export async function storeCertificate(
  runtime: Runtime,
  tx: Transaction,
  certificate: NewCertificate,
): Promise<{ id: string }> {
  const { issued, ...owner } = certificate;
  const secretId = issued.privateKeyPem
    ? await runtime.secrets.put(tx, { teamId: owner.teamId, purpose: 'certificate-key', value: issued.privateKeyPem })
    : null;
  return tx.certificate.create({
    data: {
      ...owner,
      serial: issued.serial,
      fingerprint: issued.fingerprintSha256,
      subject: issued.subject,
      sans: [...issued.sans],
      pem: issued.certificatePem,
      notBefore: issued.notBefore,
      notAfter: issued.notAfter,
      secretId,
      createdAt: runtime.clock.now(),
    },
    select: { id: true },
  });
}
