import { createPrivateKey, type KeyObject } from 'node:crypto';

import ssh2, { type ParsedKey } from 'ssh2';

import { AppError } from '@/server/errors/app-error';

import { encodeEd25519 } from './openssh-format';

const keyBytesMax = 32 * 1024;
/**
 * bcrypt runs in JavaScript here and blocks everybody else meanwhile: ssh-keygen's default is 16 rounds (24 since
 * OpenSSH 9.4), and a key may ask for billions.
 */
const bcryptRoundsMax = 128;

const invalid = (field: 'privateKey' | 'passphrase', sentence: string, cause?: unknown) =>
  new AppError({ code: 'ssh.key-invalid', public: sentence, fieldErrors: { [field]: sentence }, cause });

const passphraseNeeded = () => invalid('passphrase', 'The key is protected by a passphrase. Enter it as well.');
const passphraseWrong = (cause?: unknown) => invalid('passphrase', 'The passphrase does not open this key.', cause);
const unreadable = (cause?: unknown) =>
  invalid(
    'privateKey',
    'This is not a private key that the console can read, or a part of it is missing. Paste the whole file, from the BEGIN line to the END line.',
    cause,
  );

/** What people paste instead of a private key. */
const lookalikes: readonly { readonly looksLike: RegExp; readonly sentence: string }[] = [
  {
    looksLike: /^PuTTY-User-Key-File-/,
    sentence:
      "This is a key in PuTTY's format. Convert it: in PuTTYgen, Conversions, Export OpenSSH key; or run: puttygen key.ppk -O private-openssh-new -o key",
  },
  {
    looksLike: /^(ssh-|ecdsa-sha2-|sk-)\S+ |^-----BEGIN (RSA |EC |SSH2 )?PUBLIC KEY-----|^---- BEGIN SSH2 PUBLIC KEY/,
    sentence: 'This is the public half of a key. Paste the private one: the file without .pub in its name.',
  },
  { looksLike: /^-----BEGIN CERTIFICATE-----/, sentence: 'This is a certificate. Paste the private SSH key.' },
  {
    looksLike: /^-----BEGIN DSA PRIVATE KEY-----/,
    sentence: 'This is a DSA key, which SSH servers do not accept any more. Use an Ed25519 or RSA key.',
  },
];

function bcryptRounds(text: string): number {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1] ?? '';
  const data = Buffer.from(body, 'base64');
  try {
    // PROTOCOL.key of OpenSSH: magic, then the strings cipher, kdf, kdf options (string salt, uint32 rounds).
    let at = 15;
    const skip = () => {
      at += 4 + data.readUInt32BE(at);
    };
    skip();
    skip();
    const optionsBytes = data.readUInt32BE(at);
    return optionsBytes < 8 ? 0 : data.readUInt32BE(at + optionsBytes);
  } catch {
    // Too short to hold these fields: the parser will say what is wrong.
    return 0;
  }
}

function fromOpenSsl(text: string, passphrase: string | undefined): ParsedKey | Error {
  if (text.startsWith('-----BEGIN ENCRYPTED PRIVATE KEY-----') && !passphrase) throw passphraseNeeded();
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: text, ...(passphrase && { passphrase }) });
  } catch (error) {
    throw text.startsWith('-----BEGIN ENCRYPTED') ? passphraseWrong(error) : unreadable(error);
  }
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return ssh2.utils.parseKey(key.export({ type: 'pkcs1', format: 'pem' }));
    case 'ec':
      return ssh2.utils.parseKey(key.export({ type: 'sec1', format: 'pem' }));
    case 'ed25519':
      return ssh2.utils.parseKey(encodeEd25519(key));
    default:
      throw invalid('privateKey', `SSH cannot use a key of type ${key.asymmetricKeyType}. Use Ed25519, ECDSA or RSA.`);
  }
}

function refuse(error: Error): never {
  if (/no passphrase given/i.test(error.message)) throw passphraseNeeded();
  if (/bad passphrase|integrity check failed|bad decrypt|authenticate data/i.test(error.message)) {
    throw passphraseWrong(error);
  }
  if (/private key type: sk-/.test(error.message)) {
    throw invalid('privateKey', 'This key lives in a security token (FIDO), which the console cannot touch.', error);
  }
  throw unreadable(error);
}

/**
 * Reads a private key as people keep them: OpenSSH, PKCS#1, SEC1 or PKCS#8, with LF or CRLF, at most 32 KiB.
 * Throws ssh.key-invalid, whose fieldErrors stand at `privateKey` or `passphrase`.
 */
export function openPrivateKey(text: string, passphrase?: string): ParsedKey {
  if (Buffer.byteLength(text) > keyBytesMax) {
    throw invalid('privateKey', `A private key is smaller than ${keyBytesMax / 1024} KiB; this is something else.`);
  }
  const pem = `${text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .trim()}\n`;
  if (pem === '\n') throw invalid('privateKey', 'Paste a private key.');
  const lookalike = lookalikes.find(({ looksLike }) => looksLike.test(pem));
  if (lookalike) throw invalid('privateKey', lookalike.sentence);
  if (bcryptRounds(pem) > bcryptRoundsMax) {
    throw invalid(
      'privateKey',
      `The passphrase of this key takes more than ${bcryptRoundsMax} rounds to check. Save it with fewer: ssh-keygen -p -a 16 -f KEY`,
    );
  }
  let parsed: ParsedKey | Error;
  try {
    parsed = /^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(pem)
      ? fromOpenSsl(pem, passphrase)
      : ssh2.utils.parseKey(pem, passphrase || undefined);
  } catch (error) {
    if (error instanceof AppError) throw error;
    // ssh2 throws on some malformed keys instead of returning the error.
    throw unreadable(error);
  }
  if (parsed instanceof Error) refuse(parsed);
  if (!parsed.isPrivateKey()) throw unreadable();
  return parsed;
}
