import { readCertificate } from './certificate-parts';
import { readNameAttribute } from './names';

const shortNames = { commonName: 'CN', organizationalUnit: 'OU', organization: 'O' } as const;
const attributes = ['commonName', 'organizationalUnit', 'organization'] as const;

/**
 * Whom a certificate names, whoever made it, as one line for people: "CN=…, OU=…, O=…" as far as they are there. It is not
 * meant to be parsed. Throws pki.certificate-invalid, input.too-large.
 */
export function subjectOf(certificatePem: string): string {
  const { subjectName } = readCertificate(certificatePem);
  return attributes
    .flatMap((attribute) => {
      const value = readNameAttribute(subjectName, attribute);
      return value === null ? [] : [`${shortNames[attribute]}=${value}`];
    })
    .join(', ');
}
