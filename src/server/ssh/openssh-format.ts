import { type KeyObject, randomBytes } from 'node:crypto';

/** A private key file as OpenSSH writes it, taken apart. Source: PROTOCOL.key of OpenSSH. */
export interface OpenSshContainer {
  /** "none", "aes256-ctr" … */
  readonly cipher: string;
  readonly kdf: string;
  /** Of the bcrypt KDF; empty and 0 when the file is not encrypted. */
  readonly salt: Buffer;
  readonly rounds: number;
  /** In SSH wire format. */
  readonly publicKey: Buffer;
  /** Encrypted unless the cipher is "none". */
  readonly section: Buffer;
  /** What follows the section: the tag of a cipher that has one. */
  readonly tag: Buffer;
}

const magic = Buffer.from('openssh-key-v1\0');
const envelope = /^-----BEGIN OPENSSH PRIVATE KEY-----\n([\s\S]+)\n-----END OPENSSH PRIVATE KEY-----$/;

const uint32 = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
const string = (value: Buffer | string) => Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);

class FieldReader {
  #at = 0;
  readonly #data: Buffer;

  constructor(data: Buffer) {
    this.#data = data;
  }

  /** Throws a RangeError beyond the end, as Buffer itself does for numbers. */
  bytes(length: number): Buffer {
    if (this.#at + length > this.#data.length) throw new RangeError('the key file is too short');
    this.#at += length;
    return this.#data.subarray(this.#at - length, this.#at);
  }

  uint32(): number {
    return this.bytes(4).readUInt32BE(0);
  }

  string(): Buffer {
    return this.bytes(this.uint32());
  }

  rest(): Buffer {
    return this.#data.subarray(this.#at);
  }
}

/** Takes the file apart without opening it; null when it is no such file. Throws a RangeError when it is damaged. */
export function readContainer(pem: string): OpenSshContainer | null {
  const body = envelope.exec(pem.trim())?.[1];
  if (body === undefined) return null;
  const reader = new FieldReader(Buffer.from(body, 'base64'));
  if (!reader.bytes(magic.length).equals(magic)) throw new RangeError('the key file has another version');
  const cipher = reader.string().toString('latin1');
  const kdf = reader.string().toString('latin1');
  const options = new FieldReader(reader.string());
  const [salt, rounds] = kdf === 'bcrypt' ? [options.string(), options.uint32()] : [Buffer.alloc(0), 0];
  if (reader.uint32() !== 1) throw new RangeError('the key file does not hold one key');
  return { cipher, kdf, salt, rounds, publicKey: reader.string(), section: reader.string(), tag: reader.rest() };
}

/** Writes a file that needs no passphrase around the open section of a key. */
export function writeContainer(publicKey: Buffer, section: Buffer): string {
  const fields = [magic, string('none'), string('none'), string(''), uint32(1), string(publicKey), string(section)];
  const lines =
    Buffer.concat(fields)
      .toString('base64')
      .match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

const decode = (part: string | undefined) => Buffer.from(part ?? '', 'base64url');

/** Writes an Ed25519 private key, unencrypted, in the only format that SSH clients read such keys in. */
export function encodeEd25519(key: KeyObject, comment = ''): string {
  const jwk = key.export({ format: 'jwk' });
  const publicBytes = decode(jwk.x);
  const publicKey = Buffer.concat([string('ssh-ed25519'), string(publicBytes)]);
  const check = randomBytes(4);
  const secret = string(Buffer.concat([decode(jwk.d), publicBytes]));
  const fields = Buffer.concat([check, check, publicKey, secret, string(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (fields.length % 8)) % 8 }, (_, index) => index + 1));
  return writeContainer(publicKey, Buffer.concat([fields, padding]));
}
