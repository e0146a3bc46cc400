import type { IssuedKeyPair } from './ca';
import { signCertificate } from './certificate';
import { type CaPair, openIssuer } from './issuer';
import { generateRsaKey, keyIdentifier, type RsaKeyBits } from './keys';
import { describeName, encodeName, readNameAttribute } from './names';
import { parseHostNames } from './subject-alternative-names';
import { validityFor } from './validity';

export interface ServerCertificateRequest {
  /** The team's engine CA. */
  readonly ca: CaPair;
  /** The machine's name. */
  readonly commonName: string;
  /** DNS names or IPv4/IPv6 literals by which the engine is reached. */
  readonly sans: readonly string[];
  readonly keyBits: RsaKeyBits;
  readonly validForDays: number;
  readonly now: Date;
}

/**
 * Issues a server certificate with a new key for one machine; it cannot be used as a client's.
 * In: CA pair (PEM), SANs as DNS names or IP literals. Out: PEM pair, serial, fingerprint, SANs as they stand in it.
 * Validity in days, at most the CA's own. Throws pki.ca-expired, pki.san-empty, pki.certificate-invalid, pki.key-invalid,
 * input.invalid (fields commonName, sans.<index>, validForDays). Pure but for its randomness.
 * Source: RFC 5280 4.2.1.6, 4.2.1.12; key usages as docker/machine's minus keyAgreement, which RSA cannot do.
 */
export async function issueServerCertificate(request: ServerCertificateRequest): Promise<IssuedKeyPair> {
  const alternativeNames = parseHostNames(request.sans);
  const issuer = openIssuer(request.ca);
  const validity = validityFor({ now: request.now, validForDays: request.validForDays, issuer: issuer.validity });
  const organization = readNameAttribute(issuer.name, 'organization');
  const name = { commonName: request.commonName, ...(organization === null ? {} : { organization }) };
  const subjectName = encodeName(name);
  const { privateKeyPem, spkiDer } = await generateRsaKey(request.keyBits);
  const signed = await signCertificate({
    issuerName: issuer.name,
    subjectName,
    validity,
    spkiDer,
    extensions: {
      subjectKeyId: keyIdentifier(spkiDer),
      authorityKeyId: issuer.keyId,
      isCa: false,
      keyUsages: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsages: ['serverAuth'],
      alternativeNames,
    },
    signingKey: issuer.signingKey,
  });
  return { ...signed, privateKeyPem, subject: describeName(name) };
}
