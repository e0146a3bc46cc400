import { type KeyObject, X509Certificate } from 'node:crypto';

import { AppError } from '@/server/errors/app-error';

import { bytesOf, childrenOf, decodeDer, type DerNode, hasContextTag } from './der';
import { extensionIds, findExtension } from './extensions';
import { type PemExpectation, pemRefusal, readPem } from './pem';
import type { Validity } from './validity';

export interface CertificateParts {
  readonly der: Buffer;
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  readonly issuerName: DerNode;
  readonly subjectName: DerNode;
  readonly validity: Validity;
  readonly subjectKeyId: Buffer | null;
  /** The decoded value of one extension; null if the certificate has none such. */
  readonly extension: (id: string) => DerNode | null;
}

const expected: PemExpectation = {
  label: 'CERTIFICATE',
  noun: 'certificate',
  code: 'pki.certificate-invalid',
  field: 'certificatePem',
};

const refusal = pemRefusal(expected, 'The certificate cannot be read: its content is damaged.');

/**
 * Takes a PEM certificate apart, whoever made it. OpenSSL (through node:crypto) decides whether it is one; the names and
 * extensions come from the DER, because node:crypto gives them only as text that cannot be taken apart safely.
 * Throws pki.certificate-invalid, input.too-large.
 */
export function readCertificate(pem: string): CertificateParts {
  const der = readPem(pem, expected);
  const root = decodeDer(der, refusal);
  const { x509, publicKey, validity } = openX509(der);
  const body = childrenOf(childrenOf(root)?.[0]) ?? [];
  const [, , issuerName, , subjectName] = hasContextTag(body[0], 0) ? body.slice(1) : body;
  if (!issuerName || !subjectName) throw new AppError(refusal);
  const extensionList = childrenOf(body.find((node) => hasContextTag(node, 3)))?.[0];
  const extension = (id: string) => {
    const value = findExtension(extensionList, id);
    return value && decodeDer(value, refusal);
  };
  const subjectKeyId = bytesOf(extension(extensionIds.subjectKeyId) ?? undefined);
  return { der, x509, publicKey, issuerName, subjectName, validity, subjectKeyId, extension };
}

function openX509(der: Buffer) {
  try {
    const x509 = new X509Certificate(der);
    const validity = { notBefore: new Date(x509.validFrom), notAfter: new Date(x509.validTo) };
    if (Number.isNaN(validity.notBefore.getTime()) || Number.isNaN(validity.notAfter.getTime())) {
      throw new Error(`unreadable dates: ${x509.validFrom}, ${x509.validTo}`);
    }
    return { x509, publicKey: x509.publicKey, validity };
  } catch (cause) {
    throw new AppError({ ...refusal, cause });
  }
}
