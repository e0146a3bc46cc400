import type { KeyObject } from 'node:crypto';

/** Beyond 8192 bits Go, and so every docker client and engine, refuses the handshake. */
const rsaBits = { min: 2048, max: 8192 };
/** 65537 is what every tool makes; above 2^31-1 Go cannot hold it. */
const rsaExponent = { min: 65_537n, max: 2_147_483_647n };
/** P-256 and P-384, as OpenSSL calls them. */
const curves = new Set(['prime256v1', 'secp384r1']);

/**
 * Why a public or private key is not accepted, in a sentence; null when it is. Accepted are RSA keys of 2048 to 8192 bits
 * and EC keys on P-256 and P-384. Pure, and cheap however large the key is.
 */
export function explainKeyRefusal(key: KeyObject): string | null {
  const { modulusLength = 0, publicExponent = 0n, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const isEc = key.asymmetricKeyType === 'ec' && curves.has(namedCurve);
  if (key.asymmetricKeyType !== 'rsa') return isEc ? null : otherKind;
  if (modulusLength < rsaBits.min || modulusLength > rsaBits.max) {
    return `The RSA key has ${modulusLength} bits; ${rsaBits.min} to ${rsaBits.max} are accepted.`;
  }
  if (publicExponent < rsaExponent.min || publicExponent > rsaExponent.max || publicExponent % 2n === 0n) {
    return 'The RSA key has an unusual public exponent; 65537 is what every tool makes.';
  }
  return null;
}

const otherKind = 'The key is of a kind that is not accepted. Use RSA (2048 bits or more), P-256 or P-384.';
