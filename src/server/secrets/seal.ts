import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import { AppError } from '@/server/errors/app-error';

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals bytes with AES-256-GCM (NIST SP 800-38D). `context` is bound in as additional data: a sealed value opens only
 * for the row and purpose that it was sealed for. Out: version (1 byte), nonce (12), tag (16), ciphertext.
 */
export function seal(key: Buffer, plaintext: Buffer, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), ciphertext]);
}

/** Opens what `seal` made. Throws secrets.unreadable when the key, the context or the bytes are not the ones sealed. */
export function unseal(key: Buffer, sealed: Uint8Array, context: string): Buffer {
  const bytes = Buffer.from(sealed);
  try {
    if (bytes[0] !== version) throw new Error(`sealed with format ${bytes[0]}, this console knows ${version}`);
    const nonce = bytes.subarray(1, 1 + nonceBytes);
    const tag = bytes.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(
      Buffer.from(context),
    );
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(bytes.subarray(1 + nonceBytes + tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new AppError({
      code: 'secrets.unreadable',
      public:
        'A stored secret cannot be opened with the master key in use. Start the console with the key that it was set up with.',
      internal: `context ${context}`,
      cause,
    });
  }
}
