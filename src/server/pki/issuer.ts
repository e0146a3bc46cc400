import { createPublicKey, type KeyObject } from 'node:crypto';

import { AppError } from '@/server/errors/app-error';

import { readCertificate } from './certificate-parts';
import type { DerNode } from './der';
import { keyIdentifier, readPrivateKey } from './keys';
import type { Validity } from './validity';

/** A CA as it is stored: its certificate, and its private key (unsealed by the caller) in PKCS#8 or PKCS#1 PEM, RSA or EC. */
export interface CaPair {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface Issuer {
  /** As it stands in the CA's own certificate, because verifiers compare names byte for byte. */
  readonly name: DerNode;
  readonly keyId: Buffer;
  readonly validity: Validity;
  readonly signingKey: KeyObject;
}

/**
 * Opens a CA for signing. Throws pki.certificate-invalid (not readable, or not a CA), pki.key-invalid (not readable, or
 * of another certificate).
 */
export function openIssuer(ca: CaPair): Issuer {
  const certificate = readCertificate(ca.certificatePem);
  if (!certificate.x509.ca) {
    throw new AppError({
      code: 'pki.certificate-invalid',
      public: 'The certificate that should sign is not a CA certificate.',
    });
  }
  const signingKey = readPrivateKey(ca.privateKeyPem);
  const { publicKey } = certificate;
  if (!createPublicKey(signingKey).equals(publicKey)) {
    throw new AppError({ code: 'pki.key-invalid', public: "The private key does not belong to the CA's certificate." });
  }
  return {
    name: certificate.subjectName,
    keyId: certificate.subjectKeyId ?? keyIdentifier(publicKey.export({ type: 'spki', format: 'der' })),
    validity: certificate.validity,
    signingKey,
  };
}
