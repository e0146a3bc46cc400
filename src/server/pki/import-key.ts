import { createPrivateKey, type KeyObject } from 'node:crypto';

import { AppError } from '@/server/errors/app-error';

import { bytesOf, childrenOf, decodeDer, type DerNode, isUniversal } from './der';
import { explainKeyRefusal } from './key-strength';

const maxKeyBytes = 16 * 1024;
const maxPassphraseCharacters = 1024;
// A file may ask for years of work before its passphrase can be tried. openssl writes 2,048 rounds, careful people a million.
const maxWork = 2_000_000n;

const blockStart = /-----BEGIN ([A-Z0-9 ]{1,64})-----/g;
/** `openssl ecparam -genkey` puts the curve before the key. */
const curveBlock = /^-----BEGIN EC PARAMETERS-----[A-Za-z0-9+/=\s]+-----END EC PARAMETERS-----\s+/;
const oneKey =
  /^-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----\r?\n((?:[A-Za-z-]+: [^\r\n]*\r?\n)*)(?:\r?\n)?([A-Za-z0-9+/=\r\n]+)\r?\n-----END \1-----$/;

/** The form fields that the refusals stand at. */
const fields = { key: 'keyPem', passphrase: 'passphrase' } as const;

export interface PrivateKeyText {
  readonly keyPem: string;
  /** Of an encrypted key; looked at only then. */
  readonly passphrase?: string | undefined;
}

/**
 * Reads a private key that somebody brings along: exactly one PEM block (PKCS#8, PKCS#1 or SEC 1, at most 16 KiB),
 * encrypted or not, RSA of 2048 to 8192 bits or EC on P-256 or P-384.
 * Throws pki.key-invalid (field keyPem; field passphrase where one is missing or wrong), input.too-large. Neither text is
 * ever repeated in an error. Source: RFC 5958, RFC 8018 (encryption), RFC 1421 4.6 (openssl's older encryption).
 */
export function readForeignKey({ keyPem, passphrase }: PrivateKeyText): KeyObject {
  if (Buffer.byteLength(keyPem, 'utf8') > maxKeyBytes) {
    const sentence = `The private key is larger than ${maxKeyBytes / 1024} KiB.`;
    throw new AppError({ code: 'input.too-large', public: sentence, fieldErrors: { [fields.key]: sentence } });
  }
  const text = keyPem.trim().replace(curveBlock, '');
  const [, label, headers = '', base64] = oneKey.exec(text) ?? [];
  if (label === undefined || base64 === undefined) refuse('key', explainMismatch(keyPem));
  const isEncrypted = label.startsWith('ENCRYPTED') || headers.includes('ENCRYPTED');
  if (label.startsWith('ENCRYPTED')) assertWorkWithin(base64);
  const key = isEncrypted ? openEncrypted(text, passphrase) : open({ key: text, format: 'pem' }, 'key', damaged);
  const refusal = explainKeyRefusal(key);
  if (refusal !== null) refuse('key', refusal);
  return key;
}

const damaged = 'The private key cannot be read: its content is damaged.';

function openEncrypted(text: string, passphrase: string | undefined): KeyObject {
  if (!passphrase) refuse('passphrase', 'The private key is encrypted. Give its passphrase.');
  if (passphrase.length > maxPassphraseCharacters) {
    refuse('passphrase', `A passphrase has at most ${maxPassphraseCharacters} characters.`);
  }
  // What a wrong passphrase gives and what a damaged file gives cannot be told apart.
  return open(
    { key: text, format: 'pem', passphrase },
    'passphrase',
    'The private key cannot be opened: the passphrase is wrong, or the file is damaged.',
  );
}

function open(input: Parameters<typeof createPrivateKey>[0], field: keyof typeof fields, sentence: string): KeyObject {
  try {
    return createPrivateKey(input);
  } catch (cause) {
    refuse(field, sentence, cause);
  }
}

/** Looks at how often a round is repeated (PBKDF2, PKCS#12), or at scrypt's N * r * p. Source: RFC 8018 A.2, RFC 7914 7. */
function assertWorkWithin(base64: string): void {
  const der = Buffer.from(base64, 'base64');
  const algorithm = childrenOf(decodeDer(der, refusalAt('key', damaged)))?.[0];
  if (!isUniversal(algorithm, 'SEQUENCE')) refuse('key', damaged);
  if (largestWork(algorithm) > maxWork) {
    refuse('key', 'The encryption of the private key asks for too much work. Encrypt it anew: openssl pkey -aes256.');
  }
}

/** Of two integers in a list the second is a key's length; three are scrypt's. */
function largestWork(node: DerNode): bigint {
  const children = childrenOf(node) ?? [];
  const [first = 0n, second = 1n, third] = children.filter((child) => isUniversal(child, 'INTEGER')).map(toNumber);
  const here = third === undefined ? first : first * second * third;
  return children.map(largestWork).reduce((most, work) => (work > most ? work : most), here);
}

const toNumber = (node: DerNode): bigint => {
  const hex = bytesOf(node)?.toString('hex') ?? '';
  return hex === '' ? 0n : BigInt(`0x${hex}`);
};

function explainMismatch(text: string): string {
  const labels = [...text.matchAll(blockStart)].map(([, found]) => found ?? '');
  if (labels.length === 0) return 'There is no "-----BEGIN PRIVATE KEY-----" line. Paste the whole file in PEM form.';
  if (labels.length > 1) return `There are ${labels.length} blocks, but exactly one private key is wanted.`;
  if (!labels[0]?.endsWith('PRIVATE KEY')) return `A "${labels[0]}" block was given, but a private key is wanted.`;
  if (!/^(RSA |EC |ENCRYPTED )?PRIVATE KEY$/.test(labels[0])) return `A "${labels[0]}" is not accepted; use PKCS#8.`;
  return 'There is something before, after or inside the block that does not belong to a private key.';
}

const refusalAt = (field: keyof typeof fields, sentence: string) =>
  ({ code: 'pki.key-invalid', public: sentence, fieldErrors: { [fields[field]]: sentence } }) as const;

function refuse(field: keyof typeof fields, sentence: string, cause?: unknown): never {
  throw new AppError({ ...refusalAt(field, sentence), ...(cause === undefined ? {} : { cause }) });
}
