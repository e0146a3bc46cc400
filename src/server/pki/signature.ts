import { type KeyObject, sign } from 'node:crypto';

import { AppError } from '@/server/errors/app-error';

import { type DerNode, nullValue, objectId, sequence } from './der';

/** AlgorithmIdentifiers with SHA-256. RSA's carries a NULL, ECDSA's must not. Source: RFC 4055 5, RFC 5758 3.2. */
const algorithms = {
  rsa: (): DerNode => sequence([objectId('1.2.840.113549.1.1.11'), nullValue()]),
  ec: (): DerNode => sequence([objectId('1.2.840.10045.4.3.2')]),
} as const;

/** The algorithm that signDer uses for a key, as certificates and CRLs name it. Throws pki.key-invalid. */
export function signatureAlgorithm(key: KeyObject): DerNode {
  const { asymmetricKeyType: type } = key;
  if (type === 'rsa' || type === 'ec') return algorithms[type]();
  throw new AppError({
    code: 'pki.key-invalid',
    public: 'The CA has a key that is neither RSA nor EC, and cannot sign with it.',
    internal: type ?? 'secret',
  });
}

/**
 * Signs with SHA-256. node-forge would sign on the event loop, and takes a fifth of a second for a 4096-bit key; node uses
 * a thread.
 */
export const signDer = (key: KeyObject, data: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign('sha256', data, key, (err, signature) => (err ? reject(err) : resolve(signature)));
  });
