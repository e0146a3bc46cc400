import { type SignedCertificate, signCertificate } from './certificate';
import { generateRsaKey, keyIdentifier, readPrivateKey, type RsaKeyBits } from './keys';
import { describeName, encodeName } from './names';
import { validityFor } from './validity';

export interface CaRequest {
  /** What the CA is for: "Engine CA", or whose certificates it signs. */
  readonly commonName: string;
  /** The team. */
  readonly organization: string;
  readonly keyBits: RsaKeyBits;
  readonly validForDays: number;
  /** How many CAs may stand between it and an end certificate. Default 0. */
  readonly pathLength?: 0 | 1;
  readonly now: Date;
}

export interface IssuedKeyPair extends SignedCertificate {
  /** PKCS#8. */
  readonly privateKeyPem: string;
  /** "CN=…, O=…", for rows and people. */
  readonly subject: string;
}

/**
 * Makes a self-signed CA that signs end certificates only, or one CA below it as well. Every call makes a new key.
 * In: names as plain text, validity in days. Out: PEM pair, serial, fingerprint, validity.
 * Throws input.invalid (fields commonName, organization, validForDays). Pure but for its randomness.
 * Source: RFC 5280 4.2.1.1-4.2.1.3, 4.2.1.9.
 */
export async function createCa(request: CaRequest): Promise<IssuedKeyPair> {
  const name = { organization: request.organization, commonName: request.commonName };
  const encodedName = encodeName(name);
  const validity = validityFor(request);
  const { privateKeyPem, spkiDer } = await generateRsaKey(request.keyBits);
  const signed = await signCertificate({
    issuerName: encodedName,
    subjectName: encodedName,
    validity,
    spkiDer,
    extensions: {
      subjectKeyId: keyIdentifier(spkiDer),
      isCa: true,
      pathLength: request.pathLength ?? 0,
      keyUsages: ['keyCertSign', 'cRLSign'],
      extendedKeyUsages: [],
      alternativeNames: [],
    },
    signingKey: readPrivateKey(privateKeyPem),
  });
  return { ...signed, privateKeyPem, subject: describeName(name) };
}
