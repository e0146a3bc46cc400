import { fingerprintOf } from './certificate';
import { readCertificate } from './certificate-parts';
import { extensionIds, readExtendedKeyUsages, readKeyUsages } from './extensions';
import { describeKey, type KeyDescription } from './keys';
import { readNameAttribute } from './names';
import { readAlternativeNames } from './subject-alternative-names';
import type { Validity } from './validity';

export interface CertificateDescription extends Validity {
  readonly subjectCommonName: string | null;
  readonly subjectOrganization: string | null;
  readonly issuerCommonName: string | null;
  /** Upper-case hex. */
  readonly serial: string;
  /** SHA-256 over the DER, upper-case hex without colons. */
  readonly fingerprintSha256: string;
  /** "DNS:…", "IP:…", "URI:…", "email:…" each. */
  readonly sans: readonly string[];
  readonly keyUsages: readonly string[];
  /** "serverAuth", "clientAuth", or a dotted object identifier. */
  readonly extendedKeyUsages: readonly string[];
  readonly isCa: boolean;
  readonly key: KeyDescription;
}

/** Describes any PEM certificate; it does not say whether to trust it. Throws pki.certificate-invalid, input.too-large. */
export function inspectCertificate(pem: string): CertificateDescription {
  const parts = readCertificate(pem);
  const sans = parts.extension(extensionIds.alternativeNames);
  const keyUsages = parts.extension(extensionIds.keyUsage);
  const extendedKeyUsages = parts.extension(extensionIds.extendedKeyUsage);
  return {
    subjectCommonName: readNameAttribute(parts.subjectName, 'commonName'),
    subjectOrganization: readNameAttribute(parts.subjectName, 'organization'),
    issuerCommonName: readNameAttribute(parts.issuerName, 'commonName'),
    serial: parts.x509.serialNumber,
    fingerprintSha256: fingerprintOf(parts.der),
    ...parts.validity,
    sans: sans ? readAlternativeNames(sans) : [],
    keyUsages: keyUsages ? readKeyUsages(keyUsages) : [],
    extendedKeyUsages: extendedKeyUsages ? readExtendedKeyUsages(extendedKeyUsages) : [],
    isCa: parts.x509.ca,
    key: describeKey(parts.publicKey),
  };
}

/** SHA-256 of a PEM certificate, upper-case hex without colons. Throws pki.certificate-invalid, input.too-large. */
export const fingerprint = (pem: string): string => fingerprintOf(readCertificate(pem).der);
