import { createDecipheriv, createHash, getCipherInfo, type CipherGCMTypes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import bcrypt from 'bcrypt-pbkdf';

import { type OpenSshContainer, writeContainer } from './openssh-format';

const hashBytes = 32;
const sha512 = (data: Uint8Array) => createHash('sha512').update(data).digest();

interface KdfInput {
  readonly passphrase: string;
  readonly salt: Buffer;
  readonly rounds: number;
  readonly lengthBytes: number;
}

/**
 * bcrypt_pbkdf as OpenBSD defines it, over the same hash that ssh2 uses. ssh2's own call blocks the event loop for half
 * a second with ssh-keygen's default of 16 rounds; this one lets others run between two hashes (15 ms each).
 */
async function deriveKey({ passphrase, salt, rounds, lengthBytes }: KdfInput): Promise<Buffer> {
  const password = sha512(Buffer.from(passphrase));
  const key = Buffer.alloc(lengthBytes);
  const blocks = Math.ceil(lengthBytes / hashBytes);
  for (let block = 0; block < blocks; block += 1) {
    const count = Buffer.from([0, 0, 0, block + 1]);
    let digest = sha512(Buffer.concat([salt, count]));
    const sum = Buffer.alloc(hashBytes);
    for (let round = 0; round < rounds; round += 1) {
      const out = Buffer.alloc(hashBytes);
      bcrypt.hash(password, digest, out);
      out.forEach((byte, index) => sum.writeUInt8(sum.readUInt8(index) ^ byte, index));
      digest = sha512(out);
      await setImmediate();
    }
    // The blocks are interleaved, not put one after the other.
    for (let at = block, index = 0; at < lengthBytes; at += blocks, index += 1) {
      key.writeUInt8(sum.readUInt8(index), at);
    }
  }
  return key;
}

/** The ciphers that ssh-keygen has used for keys, by their names in OpenSSL. */
const ciphers: Readonly<Record<string, string>> = {
  'aes128-ctr': 'aes-128-ctr',
  'aes192-ctr': 'aes-192-ctr',
  'aes256-ctr': 'aes-256-ctr',
  'aes128-cbc': 'aes-128-cbc',
  'aes192-cbc': 'aes-192-cbc',
  'aes256-cbc': 'aes-256-cbc',
  'aes128-gcm@openssh.com': 'aes-128-gcm',
  'aes256-gcm@openssh.com': 'aes-256-gcm',
};

export const isCipherKnown = (cipher: string) => Object.hasOwn(ciphers, cipher);

/** Opens the file with a passphrase. Out: the same key as a file without one, or null when the passphrase is wrong. */
export async function unlockContainer(container: OpenSshContainer, passphrase: string): Promise<string | null> {
  const name = ciphers[container.cipher] ?? '';
  const { keyLength = 0, ivLength = 0 } = getCipherInfo(name) ?? {};
  const { salt, rounds, section, tag, publicKey } = container;
  const derived = await deriveKey({ passphrase, salt, rounds, lengthBytes: keyLength + ivLength });
  const key = derived.subarray(0, keyLength);
  const iv = derived.subarray(keyLength);
  let open: Buffer;
  try {
    const decipher = createDecipheriv(name as CipherGCMTypes, key, iv).setAutoPadding(false);
    if (name.endsWith('-gcm')) decipher.setAuthTag(tag);
    open = Buffer.concat([decipher.update(section), decipher.final()]);
  } catch {
    // The tag does not fit: a wrong passphrase, which the caller reports.
    return null;
  }
  // Two equal random numbers stand in front; another key makes them differ.
  if (open.length < 8 || !open.subarray(0, 4).equals(open.subarray(4, 8))) return null;
  return writeContainer(publicKey, open);
}
