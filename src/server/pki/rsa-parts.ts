import type { KeyObject } from 'node:crypto';

const number = (base64url: string | undefined): bigint => {
  const hex = Buffer.from(base64url ?? '', 'base64url').toString('hex');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
};

/**
 * Whether all parts of a private RSA key fit each other. OpenSSL signs correctly with one that is damaged in part, because it
 * tries another way when its own check fails; other programs would give the primes away with such a signature. True for a key
 * of another kind. Pure. Source: RFC 8017 3.2, 5.1.2.
 */
export function rsaPartsFit(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return true;
  const jwk = key.export({ format: 'jwk' });
  const [n, e, d] = [number(jwk.n), number(jwk.e), number(jwk.d)];
  const [p, q] = [number(jwk.p), number(jwk.q)];
  return (
    p > 1n &&
    q > 1n &&
    p * q === n &&
    (d * e) % (p - 1n) === 1n &&
    (d * e) % (q - 1n) === 1n &&
    d % (p - 1n) === number(jwk.dp) &&
    d % (q - 1n) === number(jwk.dq) &&
    (number(jwk.qi) * q) % p === 1n
  );
}
