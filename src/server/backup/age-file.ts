import { createCipheriv, randomBytes, scrypt } from 'node:crypto';
import { Readable } from 'node:stream';

import { Decrypter, Encrypter, type Recipient, Stanza } from 'age-encryption';

import { SettingsError } from '@/env';

const label = 'age-encryption.org/v1/scrypt';
/** age's own: about a second and 256 MiB for each guess. */
const defaultWorkFactor = 18;

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');

interface Lock {
  readonly passphrase: string;
  /** log2 of scrypt's cost. */
  readonly workFactor?: number;
}

const deriveKey = ({ passphrase, workFactor }: Required<Lock>, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const cost = { N: 2 ** workFactor, r: 8, p: 1, maxmem: 512 * 1024 * 1024 };
    scrypt(passphrase, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });

/**
 * age's recipient for a passphrase. The library's own derives the key in the thread that serves requests, and holds all of
 * them up for a second. Source: https://c2sp.org/age#the-scrypt-recipient-type.
 */
const passphraseRecipient = (lock: Required<Lock>): Recipient => ({
  wrapFileKey: async (fileKey) => {
    const salt = randomBytes(16);
    const key = await deriveKey(lock, Buffer.concat([Buffer.from(label), salt]));
    const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 });
    const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
    return [new Stanza(['scrypt', unpadded(salt), String(lock.workFactor)], new Uint8Array(body))];
  },
});

const asWeb = (source: Readable) => Readable.toWeb(source) as ReadableStream<Uint8Array>;
const asNode = (source: ReadableStream<Uint8Array>) =>
  Readable.fromWeb(source as Parameters<typeof Readable.fromWeb>[0]);

/** Encrypts a stream under a passphrase, in the format of age (https://age-encryption.org/v1). */
export async function encryptStream(source: Readable, lock: Lock): Promise<ReadableStream<Uint8Array>> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(passphraseRecipient({ workFactor: defaultWorkFactor, ...lock }));
  return encrypter.encrypt(asWeb(source));
}

/** Opens what encryptStream made. Throws SettingsError where it is no such file or the passphrase is another one. */
export async function decryptStream(source: Readable, passphrase: string): Promise<Readable> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return asNode(await decrypter.decrypt(asWeb(source)));
  } catch (error) {
    throw new SettingsError(
      /no identity matched/.test((error as Error).message)
        ? 'The passphrase is not the one that the backup was made with.'
        : 'The file is no backup of Quaymaster, or its beginning is damaged.',
    );
  }
}
