import { createPrivateKey, type KeyObject } from 'node:crypto';

import ssh2, { type ParsedKey } from 'ssh2';

import { AppError } from '@/server/errors/app-error';

import { encodeEd25519, readContainer } from './openssh-format';
import { pbkdf2Iterations } from './pkcs8';
import { isCipherKnown, unlockContainer } from './unlock';

const keyBytesMax = 32 * 1024;
/** A file may ask for billions of rounds. ssh-keygen's default is 16 (24 since OpenSSH 9.4), each takes 30 ms here. */
const bcryptRoundsMax = 128;
/** OpenSSL's default is 2048. Unlike bcrypt here, it runs in one go, and a million takes half a second. */
const pbkdf2IterationsMax = 1_000_000;

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

async function fromOpenSsh(pem: string, passphrase: string | undefined): Promise<ParsedKey | Error> {
  const container = readContainer(pem);
  if (container === null) throw unreadable();
  if (container.cipher === 'none') return ssh2.utils.parseKey(pem);
  if (container.kdf !== 'bcrypt' || !isCipherKnown(container.cipher)) {
    throw invalid(
      'privateKey',
      'This key is encrypted in a way that the console does not know. Save it anew: ssh-keygen -p -Z aes256-ctr -f KEY',
    );
  }
  if (container.rounds > bcryptRoundsMax) {
    throw invalid(
      'privateKey',
      `The passphrase of this key takes more than ${bcryptRoundsMax} rounds to check. Save it with fewer: ssh-keygen -p -a 16 -f KEY`,
    );
  }
  if (!passphrase) throw passphraseNeeded();
  const unlocked = await unlockContainer(container, passphrase);
  if (unlocked === null) throw passphraseWrong();
  return ssh2.utils.parseKey(unlocked);
}

function fromOpenSsl(pem: string, passphrase: string | undefined): ParsedKey | Error {
  const isPkcs8Locked = pem.startsWith('-----BEGIN ENCRYPTED PRIVATE KEY-----');
  const isLocked = isPkcs8Locked || /^DEK-Info:/m.test(pem);
  if (isPkcs8Locked && (pbkdf2Iterations(pem) ?? Infinity) > pbkdf2IterationsMax) {
    throw invalid(
      'privateKey',
      `This key is encrypted in a way that the console does not know, or with more than ${pbkdf2IterationsMax} iterations. Save it anew: openssl pkcs8 -topk8 -in KEY -out NEW`,
    );
  }
  if (isLocked && !passphrase) throw passphraseNeeded();
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, ...(passphrase && { passphrase }) });
  } catch (error) {
    throw isLocked ? passphraseWrong(error) : unreadable(error);
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

/**
 * Reads a private key as people keep them: OpenSSH, PKCS#1, SEC1 or PKCS#8, with LF or CRLF, at most 32 KiB.
 * Throws ssh.key-invalid, whose fieldErrors stand at `privateKey` or `passphrase`.
 */
export async function openPrivateKey(text: string, passphrase?: string): Promise<ParsedKey> {
  if (Buffer.byteLength(text) > keyBytesMax) {
    throw invalid('privateKey', `A private key is smaller than ${keyBytesMax / 1024} KiB; this is something else.`);
  }
  const pem = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .trim();
  if (pem === '') throw invalid('privateKey', 'Paste a private key.');
  const lookalike = lookalikes.find(({ looksLike }) => looksLike.test(pem));
  if (lookalike) throw invalid('privateKey', lookalike.sentence);
  let parsed: ParsedKey | Error;
  try {
    parsed = pem.startsWith('-----BEGIN OPENSSH')
      ? await fromOpenSsh(pem, passphrase)
      : fromOpenSsl(`${pem}\n`, passphrase);
  } catch (error) {
    if (error instanceof AppError) throw error;
    // A damaged file: the readers throw a RangeError, and ssh2 now and then something else.
    throw unreadable(error);
  }
  if (!(parsed instanceof Error) && parsed.isPrivateKey()) return parsed;
  if (parsed instanceof Error && parsed.message.includes('private key type: sk-')) {
    throw invalid('privateKey', 'This key lives in a security token (FIDO), which the console cannot touch.', parsed);
  }
  throw unreadable(parsed);
}
