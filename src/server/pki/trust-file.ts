import { AppError, invariant } from '@/server/errors/app-error';

import { fingerprintOf } from './certificate';
import { readCertificate } from './certificate-parts';
import { writePem } from './pem';

/**
 * Joins CA certificates to the file that decides who gets into an engine. In: one PEM certificate each, in any order.
 * Out: the same bytes for the same set (sorted by fingerprint, without doubles), so that a compare tells whether a host
 * is up to date. Throws pki.certificate-invalid (also for a certificate that is no CA), internal.invariant for an empty
 * list, because an engine does not start with an empty file.
 */
export function chainToTrustFile(pems: readonly string[]): string {
  invariant(pems.length > 0, 'a trust file needs at least one CA');
  const byFingerprint = new Map<string, string>();
  for (const pem of pems) {
    const { der, x509 } = readCertificate(pem);
    if (!x509.ca) {
      throw new AppError({
        code: 'pki.certificate-invalid',
        public: 'Only a CA certificate can stand in a trust file; this one is not a CA.',
        internal: `fingerprint ${fingerprintOf(der)}`,
      });
    }
    byFingerprint.set(fingerprintOf(der), writePem('CERTIFICATE', der));
  }
  return [...byFingerprint]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, pem]) => pem)
    .join('');
}
