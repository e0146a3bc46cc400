import { createPrivateKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

import { sshFingerprint } from './host-key';
import { encodeEd25519 } from './openssh-format';
import { openPrivateKey } from './private-key';

export interface SshKeyFacts {
  /** "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256" … */
  readonly type: string;
  /** One line for authorized_keys: type, key, comment. */
  readonly publicKey: string;
  /** "SHA256:…" as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

export interface SshKeyPair extends SshKeyFacts {
  /** PEM, not encrypted. A secret: seal it. */
  readonly privateKey: string;
}

export interface SshKeyOptions {
  readonly type: 'ed25519' | 'rsa';
  /** RSA only. Default 3072, as ssh-keygen. */
  readonly bits?: 2048 | 3072 | 4096;
  /** Ends the public line; what would break the line becomes a space. */
  readonly comment: string;
}

const generate = promisify(generateKeyPair);

/**
 * Reads a private key (OpenSSH, PKCS#1, SEC1, PKCS#8; LF or CRLF; at most 32 KiB) and tells what it is.
 * The key comes back without its passphrase, which nobody has to keep then: to open a key takes seconds of computing.
 * Throws ssh.key-invalid; its fieldErrors stand at `privateKey` or `passphrase`.
 */
export async function parsePrivateKey(text: string, passphrase?: string): Promise<SshKeyPair> {
  const key = await openPrivateKey(text, passphrase);
  const wire = key.getPublicSSH();
  const comment = oneLine(key.comment ?? '');
  return {
    type: key.type,
    publicKey: `${key.type} ${wire.toString('base64')}${comment && ` ${comment}`}`,
    fingerprint: sshFingerprint(wire),
    privateKey:
      key.type === 'ssh-ed25519' ? encodeEd25519(createPrivateKey(key.getPrivatePEM()), comment) : key.getPrivatePEM(),
  };
}

const oneLine = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 200);

/** Makes a key pair outside the event loop: Ed25519 in OpenSSH's format, or RSA as PKCS#1. */
export async function generateSshKey({ type, bits = 3072, comment }: SshKeyOptions): Promise<SshKeyPair> {
  const privateKey =
    type === 'ed25519'
      ? encodeEd25519((await generate('ed25519')).privateKey, oneLine(comment))
      : (await generate('rsa', { modulusLength: bits })).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const { publicKey, ...facts } = await parsePrivateKey(privateKey);
  const [kind, key] = publicKey.split(' ');
  return { ...facts, publicKey: [kind, key, oneLine(comment)].filter(Boolean).join(' '), privateKey };
}
