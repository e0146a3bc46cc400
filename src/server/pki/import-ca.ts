import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

import { AppError } from '@/server/errors/app-error';

import type { IssuedKeyPair } from './ca';
import { fingerprintOf } from './certificate';
import { type CertificateParts, readCertificate } from './certificate-parts';
import { encodeDer } from './der';
import { extensionIds, readExtendedKeyUsages, readKeyUsages } from './extensions';
import { type PrivateKeyText, readForeignKey } from './import-key';
import { explainKeyRefusal } from './key-strength';
import { certificateText } from './names';
import { writePem } from './pem';
import { rsaPartsFit } from './rsa-parts';
import { subjectOf } from './subject';

export interface CaPairText extends PrivateKeyText {
  readonly certificatePem: string;
  readonly now: Date;
}

/** A host whose clock differs by this much made it a moment ago. */
const clockToleranceMs = 5 * 60_000;

/**
 * Checks a CA pair that somebody brings along, as ca.pem and ca-key.pem of Docker Machine: a self-signed CA certificate
 * that may sign certificates for servers and clients, is valid now, has a strong key, and this private key.
 * Out: the pair in the form in which the console stores its own: canonical PEM, the key as PKCS#8 without passphrase.
 * Throws pki.certificate-invalid (field certificatePem), pki.ca-expired, pki.key-invalid (field keyPem or passphrase),
 * input.too-large, input.invalid. Source: RFC 5280 4.2.1.3, 4.2.1.9, 4.2.1.10, 4.2.1.12.
 */
export function parseCaPair({ certificatePem, now, ...keyText }: CaPairText): IssuedKeyPair {
  const certificate = readCertificate(certificatePem);
  assertValidNow(certificate, now);
  assertMaySign(certificate);
  const key = readForeignKey(keyText);
  assertSignsFor(key, certificate.publicKey);
  return {
    certificatePem: writePem('CERTIFICATE', certificate.der),
    privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    subject: describeSubject(certificatePem),
    serial: certificate.x509.serialNumber.toUpperCase(),
    fingerprintSha256: fingerprintOf(certificate.der),
    sans: [],
    ...certificate.validity,
  };
}

function assertValidNow({ validity }: CertificateParts, now: Date): void {
  const { notBefore, notAfter } = validity;
  if (notAfter.getTime() <= now.getTime()) {
    throw new AppError({
      code: 'pki.ca-expired',
      public: `This CA expired on ${notAfter.toISOString()}, so nobody would trust what it signs.`,
      fieldErrors: { certificatePem: `Expired on ${notAfter.toISOString()}.` },
    });
  }
  if (notBefore.getTime() > now.getTime() + clockToleranceMs) {
    refuse(`This CA is not valid before ${notBefore.toISOString()}.`);
  }
}

function assertMaySign(certificate: CertificateParts): void {
  const { x509, publicKey, issuerName, subjectName, extension } = certificate;
  if (!x509.ca) refuse('This is not a CA certificate, so it cannot sign others.');
  const keyRefusal = explainKeyRefusal(publicKey);
  if (keyRefusal !== null) refuse(keyRefusal);
  const keyUsages = extension(extensionIds.keyUsage);
  if (keyUsages && !readKeyUsages(keyUsages).includes('keyCertSign')) {
    refuse('The key usages of this CA do not allow it to sign certificates (keyCertSign).');
  }
  const extended = extension(extensionIds.extendedKeyUsage);
  if (extended) {
    const usages = readExtendedKeyUsages(extended);
    const missing = ['serverAuth', 'clientAuth'].filter((usage) => !usages.includes(usage));
    if (missing.length > 0) refuse(`The extended key usages of this CA leave out ${missing.join(' and ')}.`);
  }
  if (extension(extensionIds.nameConstraints)) {
    refuse(
      'This CA may sign for certain names only (name constraints), and hosts have names and addresses beyond them.',
    );
  }
  if (!encodeDer(issuerName).equals(encodeDer(subjectName)) || !isSelfSigned(certificate)) {
    refuse('This CA is not self-signed. Engines and clients trust roots only: give the root CA, with its own key.');
  }
}

function isSelfSigned({ x509, publicKey }: CertificateParts): boolean {
  try {
    return x509.verify(publicKey);
  } catch {
    // OpenSSL throws instead of answering when the key itself makes no sense; both mean "not signed by it".
    return false;
  }
}

/** A key may have the right public part and a damaged private one, so it has to sign once. */
function assertSignsFor(key: KeyObject, publicKey: KeyObject): void {
  const notIts = "The private key does not belong to the CA's certificate, or is damaged.";
  try {
    const probe = Buffer.from('quaymaster');
    const belongs = createPublicKey(key).equals(publicKey);
    if (belongs && rsaPartsFit(key) && verify('sha256', probe, publicKey, sign('sha256', probe, key))) return;
  } catch (cause) {
    throw new AppError({ code: 'pki.key-invalid', public: notIts, fieldErrors: { keyPem: notIts }, cause });
  }
  throw new AppError({ code: 'pki.key-invalid', public: notIts, fieldErrors: { keyPem: notIts } });
}

/** What the CA signs repeats its organisation, so its names must be writable. */
function describeSubject(certificatePem: string): string {
  const subject = subjectOf(certificatePem);
  if (subject === '') refuse('This CA has no name: neither a common name nor an organisation.');
  return certificateText(subject, 'certificatePem');
}

function refuse(sentence: string): never {
  throw new AppError({
    code: 'pki.certificate-invalid',
    public: sentence,
    fieldErrors: { certificatePem: sentence },
  });
}
