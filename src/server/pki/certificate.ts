import { createHash, type KeyObject } from 'node:crypto';

import { bitString, contextTag, type DerNode, decodeDer, encodeDer, sequence, time, unsignedInteger } from './der';
import { encodeExtensions, type ExtensionPlan } from './extensions';
import { writePem } from './pem';
import { randomSerial } from './serial';
import { signatureAlgorithm, signDer } from './signature';
import { describeAlternativeName } from './subject-alternative-names';
import type { Validity } from './validity';

export interface CertificatePlan {
  readonly issuerName: DerNode;
  readonly subjectName: DerNode;
  readonly validity: Validity;
  readonly spkiDer: Buffer;
  readonly extensions: ExtensionPlan;
  /** Positive, big-endian. Default: a random one. */
  readonly serial?: Buffer;
  /** The issuer's key: RSA or EC. */
  readonly signingKey: KeyObject;
}

export interface SignedCertificate extends Validity {
  readonly certificatePem: string;
  /** 32 upper-case hex digits. */
  readonly serial: string;
  /** SHA-256 over the DER, upper-case hex without colons. */
  readonly fingerprintSha256: string;
  /** "DNS:…", "IP:…" or "URI:…" each. */
  readonly sans: readonly string[];
}

/** The fingerprint by which a certificate is known in rows, logs and allowlists: SHA-256, upper-case hex, no colons. */
export const fingerprintOf = (der: Buffer): string => createHash('sha256').update(der).digest('hex').toUpperCase();

/** Builds an X.509 v3 certificate and signs it (SHA-256 with RSA or ECDSA). Source: RFC 5280 4.1. */
export async function signCertificate(plan: CertificatePlan): Promise<SignedCertificate> {
  const serial = plan.serial ?? randomSerial();
  const algorithm = () => signatureAlgorithm(plan.signingKey);
  const body = sequence([
    contextTag(0, [unsignedInteger(Buffer.of(2))]),
    unsignedInteger(serial),
    algorithm(),
    plan.issuerName,
    sequence([time(plan.validity.notBefore), time(plan.validity.notAfter)]),
    plan.subjectName,
    decodeDer(plan.spkiDer, { code: 'internal.invariant', public: 'A public key that was checked cannot be read.' }),
    contextTag(3, [encodeExtensions(plan.extensions)]),
  ]);
  const signature = await signDer(plan.signingKey, encodeDer(body));
  const der = encodeDer(sequence([body, algorithm(), bitString(signature)]));
  return {
    certificatePem: writePem('CERTIFICATE', der),
    serial: serial.toString('hex').toUpperCase(),
    fingerprintSha256: fingerprintOf(der),
    sans: plan.extensions.alternativeNames.map(describeAlternativeName),
    ...plan.validity,
  };
}
