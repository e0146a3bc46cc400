import { createHash, createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import { AppError } from '@/server/errors/app-error';

import { bytesOf, childrenOf, decodeDer } from './der';

export type RsaKeyBits = 2048 | 3072 | 4096;

/** What a certificate or a request holds as its key. */
export type KeyDescription =
  | { readonly kind: 'rsa'; readonly bits: number }
  | { readonly kind: 'ec'; readonly curve: string }
  | { readonly kind: 'other'; readonly name: string };

export interface GeneratedKey {
  readonly privateKeyPem: string;
  readonly spkiDer: Buffer;
}

const generate = promisify(generateKeyPair);

/**
 * Makes an RSA key in node's thread pool, so that the event loop goes on.
 * Out: the private key as PKCS#8 PEM, the public one as SubjectPublicKeyInfo in DER.
 */
export async function generateRsaKey(bits: RsaKeyBits): Promise<GeneratedKey> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: bits, publicExponent: 0x10001 });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    spkiDer: publicKey.export({ type: 'spki', format: 'der' }),
  };
}

/** Reads an unencrypted private key in PEM form. Throws pki.key-invalid; the text is never repeated in the error. */
export function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch (cause) {
    throw new AppError({
      code: 'pki.key-invalid',
      public: 'The private key cannot be read. An unencrypted key in PEM form is wanted.',
      cause,
    });
  }
}

/** The key identifier: SHA-1 over the key's bits, as a label and not for security. Source: RFC 5280 4.2.1.2 (1). */
export function keyIdentifier(spkiDer: Buffer): Buffer {
  const refusal = { code: 'pki.certificate-invalid', public: 'The public key cannot be read.' } as const;
  const bits = bytesOf(childrenOf(decodeDer(spkiDer, refusal))?.[1]);
  if (!bits) throw new AppError(refusal);
  return createHash('sha1').update(bits.subarray(1)).digest();
}

/** Describes a public key for people: its kind with its size in bits, or its curve. */
export function describeKey(key: KeyObject): KeyDescription {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa') return { kind: 'rsa', bits: details?.modulusLength ?? 0 };
  if (key.asymmetricKeyType === 'ec') return { kind: 'ec', curve: curveName(details?.namedCurve) };
  return { kind: 'other', name: key.asymmetricKeyType ?? 'unknown' };
}

/** The names that people know; OpenSSL calls P-256 prime256v1. */
function curveName(name: string | undefined): string {
  if (name === 'prime256v1') return 'P-256';
  if (name === 'secp384r1') return 'P-384';
  return name ?? 'unknown';
}
