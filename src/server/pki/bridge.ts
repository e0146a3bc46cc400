import { createHash } from 'node:crypto';

import { signCertificate } from './certificate';
import { readCertificate } from './certificate-parts';
import { bytesOf, childrenOf } from './der';
import { extensionIds } from './extensions';
import { type CaPair, openIssuer } from './issuer';
import { keyIdentifier } from './keys';

/** Whether a CA may sign another one: it says that it is a CA, and does not bound the chain below it to end certificates. */
export function mayBridge(caPem: string): boolean {
  const constraints = readCertificate(caPem).extension(extensionIds.basicConstraints);
  const pathLength = childrenOf(constraints ?? undefined)?.[1];
  return pathLength === undefined || bytesOf(pathLength)?.equals(Buffer.of(0)) === false;
}

/**
 * Signs a new CA's name and key by the former CA. A server that sends this certificate after its own is believed by clients
 * that know only the former CA as well as by those that know only the new one, so nobody is locked out while a team changes
 * its CA. The same two CAs give the same bytes, so that a compare tells whether a host is up to date.
 * Null where the former CA may not sign another one (path length 0), or has ended. Throws pki.certificate-invalid,
 * pki.key-invalid. Source: RFC 5280 3.2 (cross-certificates), 4.2.1.9.
 */
export async function bridgeTo(newCaPem: string, former: CaPair, now: Date): Promise<string | null> {
  if (!mayBridge(former.certificatePem)) return null;
  const issuer = openIssuer(former);
  if (issuer.validity.notAfter <= now) return null;
  const next = readCertificate(newCaPem);
  const spkiDer = next.publicKey.export({ type: 'spki', format: 'der' });
  const digest = createHash('sha256').update(readCertificate(former.certificatePem).der).update(next.der).digest();
  const later = (left: Date, right: Date) => (left > right ? left : right);
  const earlier = (left: Date, right: Date) => (left < right ? left : right);
  const signed = await signCertificate({
    issuerName: issuer.name,
    subjectName: next.subjectName,
    validity: {
      notBefore: later(issuer.validity.notBefore, next.validity.notBefore),
      notAfter: earlier(issuer.validity.notAfter, next.validity.notAfter),
    },
    // The first byte is kept from being zero or negative: 16 bytes of a positive number.
    serial: Buffer.concat([Buffer.of(0x40 | ((digest[0] ?? 0) & 0x3f)), digest.subarray(1, 16)]),
    spkiDer,
    extensions: {
      subjectKeyId: next.subjectKeyId ?? keyIdentifier(spkiDer),
      authorityKeyId: issuer.keyId,
      isCa: true,
      pathLength: 0,
      keyUsages: ['keyCertSign', 'cRLSign'],
      extendedKeyUsages: [],
      alternativeNames: [],
    },
    signingKey: issuer.signingKey,
  });
  return signed.certificatePem;
}
