import { type KeyObject, randomBytes } from 'node:crypto';

const uint32 = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
const string = (value: Buffer | string) => Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);

const decode = (part: string | undefined) => Buffer.from(part ?? '', 'base64url');

/**
 * Writes an Ed25519 private key in OpenSSH's own format, unencrypted, because no older format holds such keys.
 * Source: PROTOCOL.key of OpenSSH.
 */
export function encodeEd25519(key: KeyObject, comment = ''): string {
  const jwk = key.export({ format: 'jwk' });
  const publicBytes = decode(jwk.x);
  const publicKey = Buffer.concat([string('ssh-ed25519'), string(publicBytes)]);
  const check = randomBytes(4);
  const fields = Buffer.concat([
    check,
    check,
    publicKey,
    string(Buffer.concat([decode(jwk.d), publicBytes])),
    string(comment),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (fields.length % 8)) % 8 }, (_, index) => index + 1));
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(publicKey),
    string(Buffer.concat([fields, padding])),
  ]).toString('base64');
  const lines = body.match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}
