import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { generateSshKey, parsePrivateKey } from './keys';

const folder = mkdtempSync(join(tmpdir(), 'quaymaster-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hasKeygen = ['/usr/bin/ssh-keygen', '/usr/local/bin/ssh-keygen'].some((path) => existsSync(path));
const keygen = (...args: string[]) => execFileSync('ssh-keygen', args, { encoding: 'utf8' });
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });

let count = 0;
function makeKey(passphrase: string, ...options: string[]) {
  count += 1;
  const path = join(folder, `key${count}`);
  // One round instead of ssh-keygen's 16 or 24, because each costs 30 ms.
  const rounds = passphrase && !options.includes('-a') ? ['-a', '1'] : [];
  keygen('-q', '-f', path, '-N', passphrase, '-C', 'ada@example', ...rounds, ...options);
  const publicKey = readFileSync(`${path}.pub`, 'utf8').trim();
  return { path, text: readFileSync(path, 'utf8'), publicKey, fingerprint: keygen('-l', '-f', path).split(' ')[1] };
}

async function refusal(text: string, passphrase?: string): Promise<AppError> {
  try {
    await parsePrivateKey(text, passphrase);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('the key was accepted');
}

describe.skipIf(!hasKeygen)('parsePrivateKey with the files of ssh-keygen and openssl', () => {
  it.each([
    ['OpenSSH, Ed25519', ['-t', 'ed25519'], 'ssh-ed25519'],
    ['OpenSSH, RSA', ['-t', 'rsa', '-b', '2048'], 'ssh-rsa'],
    ['OpenSSH, ECDSA 256', ['-t', 'ecdsa', '-b', '256'], 'ecdsa-sha2-nistp256'],
    ['OpenSSH, ECDSA 521', ['-t', 'ecdsa', '-b', '521'], 'ecdsa-sha2-nistp521'],
    ['PKCS#1, RSA', ['-t', 'rsa', '-b', '2048', '-m', 'PEM'], 'ssh-rsa'],
    ['SEC1, ECDSA 384', ['-t', 'ecdsa', '-b', '384', '-m', 'PEM'], 'ecdsa-sha2-nistp384'],
    ['PKCS#8, RSA', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8'], 'ssh-rsa'],
    ['PKCS#8, ECDSA 256', ['-t', 'ecdsa', '-b', '256', '-m', 'PKCS8'], 'ecdsa-sha2-nistp256'],
  ])('reads %s, open and with a passphrase', async (_name, options, type) => {
    for (const passphrase of ['', 'päss "wörd"']) {
      const key = makeKey(passphrase, ...options);
      const parsed = await parsePrivateKey(key.text, passphrase || undefined);
      expect(parsed.type).toBe(type);
      expect(parsed.fingerprint).toBe(key.fingerprint);
      expect(key.publicKey.startsWith(parsed.publicKey)).toBe(true);
      // What comes back is the same key without its passphrase, and ssh-keygen agrees.
      const path = join(folder, 'unlocked');
      writeFileSync(path, parsed.privateKey, { mode: 0o600 });
      expect(key.publicKey.startsWith(keygen('-y', '-P', '', '-f', path).trim())).toBe(true);
    }
  });

  it('reads PKCS#8 Ed25519 as openssl writes it, open and with a passphrase', async () => {
    const path = join(folder, 'pkcs8');
    openssl('genpkey', '-algorithm', 'ed25519', '-out', path);
    const open = await parsePrivateKey(readFileSync(path, 'utf8'));
    openssl('pkcs8', '-topk8', '-in', path, '-out', `${path}.locked`, '-passout', 'pass:secret');
    const locked = await parsePrivateKey(readFileSync(`${path}.locked`, 'utf8'), 'secret');
    expect(open.type).toBe('ssh-ed25519');
    expect(locked.publicKey).toBe(open.publicKey);
    expect((await refusal(readFileSync(`${path}.locked`, 'utf8'))).fieldErrors).toHaveProperty('passphrase');
    expect((await refusal(readFileSync(`${path}.locked`, 'utf8'), 'other')).public).toMatch(/does not open this key/);
  });

  it('reads a file with Windows line ends, a byte order mark and space around it', async () => {
    const key = makeKey('', '-t', 'ed25519');
    expect((await parsePrivateKey(`\uFEFF\r\n  ${key.text.replaceAll('\n', '\r\n')}\r\n\r\n`)).fingerprint).toBe(
      key.fingerprint,
    );
  });

  it('asks for the passphrase, at its field, and tells when it is the wrong one', async () => {
    for (const options of [[], ['-m', 'PEM'], ['-m', 'PKCS8']]) {
      const key = makeKey('right', '-t', 'rsa', '-b', '2048', ...options);
      const missing = await refusal(key.text);
      expect(missing.code).toBe('ssh.key-invalid');
      expect(missing.fieldErrors).toEqual({ passphrase: expect.stringMatching(/protected by a passphrase/) as string });
      expect((await refusal(key.text, '')).fieldErrors).toHaveProperty('passphrase');
      expect((await refusal(key.text, 'wrong')).fieldErrors).toEqual({
        passphrase: expect.stringMatching(/does not open this key/) as string,
      });
    }
  });

  it('refuses the public half with a sentence of its own', async () => {
    const key = makeKey('', '-t', 'ed25519');
    for (const text of [key.publicKey, keygen('-e', '-f', key.path)]) {
      expect((await refusal(text)).public).toMatch(/public half/);
    }
  });

  it('refuses a key that was cut off or damaged', async () => {
    const { text } = makeKey('', '-t', 'ed25519');
    for (const damaged of [text.slice(0, 200), text.replace(/\n.{70}\n/, '\n'), text.replace('-----END', '----END')]) {
      expect((await refusal(damaged)).fieldErrors).toEqual({
        privateKey: expect.stringMatching(/whole file/) as string,
      });
    }
  });

  it.each(['aes256-cbc', 'aes128-ctr', 'aes256-gcm@openssh.com'])('opens a file encrypted with %s', async (cipher) => {
    const key = makeKey('secret', '-t', 'ed25519', '-Z', cipher);
    expect((await parsePrivateKey(key.text, 'secret')).fingerprint).toBe(key.fingerprint);
    expect((await refusal(key.text, 'other')).fieldErrors).toHaveProperty('passphrase');
  });

  it('says how to save a file anew whose encryption it does not know', async () => {
    const key = makeKey('secret', '-t', 'ed25519', '-Z', 'chacha20-poly1305@openssh.com');
    expect((await refusal(key.text, 'secret')).public).toMatch(/ssh-keygen -p -Z/);
  });

  it('lets others work while it opens a key', async () => {
    const key = makeKey('secret', '-t', 'ed25519', '-a', '16');
    let turns = 0;
    const others = setInterval(() => (turns += 1), 1);
    await parsePrivateKey(key.text, 'secret');
    clearInterval(others);
    expect(turns).toBeGreaterThan(10);
  });

  it('refuses PKCS#8 iterations that would keep the console busy', async () => {
    const path = join(folder, 'iterations');
    openssl('genpkey', '-algorithm', 'ed25519', '-out', path);
    const lock = (...options: string[]) =>
      openssl('pkcs8', '-topk8', '-in', path, '-passout', 'pass:secret', ...options);
    expect((await parsePrivateKey(lock('-iter', '100000'), 'secret')).type).toBe('ssh-ed25519');
    expect((await refusal(lock('-iter', '1000001'), 'secret')).public).toMatch(/more than 1000000 iterations/);
    expect((await refusal(lock('-scrypt'), 'secret')).public).toMatch(/does not know/);
  });

  it('refuses a passphrase that would keep the console busy', async () => {
    const key = makeKey('slow', '-t', 'ed25519', '-a', '129');
    expect((await refusal(key.text, 'slow')).public).toMatch(/more than 128 rounds/);
  });
});

describe('parsePrivateKey', () => {
  it.each([
    ['nothing', ' \n ', /Paste a private key/],
    ['a PuTTY file', 'PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n', /PuTTY.*puttygen/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', /certificate/],
    ['a DSA key', '-----BEGIN DSA PRIVATE KEY-----\nMIIB\n-----END DSA PRIVATE KEY-----\n', /DSA/],
    ['a password', 'correct horse battery staple', /not a private key/],
    [
      'an empty envelope',
      '-----BEGIN OPENSSH PRIVATE KEY-----\n\n-----END OPENSSH PRIVATE KEY-----',
      /not a private key/,
    ],
    ['a broken PKCS#8', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', /not a private key/],
    ['a broken PKCS#1', '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----', /not a private key/],
    ['32 KiB and a byte', 'x'.repeat(32 * 1024 + 1), /smaller than 32 KiB/],
  ])('refuses %s at the field of the key', async (_name, text, sentence) => {
    const error = await refusal(text);
    expect(error.code).toBe('ssh.key-invalid');
    expect(error.fieldErrors).toEqual({ privateKey: expect.stringMatching(sentence) as string });
  });

  it('names the kind of a key that SSH cannot use', async () => {
    const path = join(folder, 'x25519');
    openssl('genpkey', '-algorithm', 'x25519', '-out', path);
    expect((await refusal(readFileSync(path, 'utf8'))).public).toMatch(/x25519/);
  });

  it('never repeats the text it was given', async () => {
    expect(JSON.stringify(await refusal('-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END'))).not.toContain(
      'c2VjcmV0',
    );
  });
});

describe('generateSshKey', () => {
  it.skipIf(!hasKeygen).each([
    ['ed25519', undefined, /^256 SHA256:/],
    ['rsa', undefined, /^3072 SHA256:/],
    ['rsa', 2048, /^2048 SHA256:/],
  ] as const)('makes an %s key (%s bits) that ssh-keygen reads as the same', async (type, bits, line) => {
    const key = await generateSshKey({ type, comment: 'quaymaster: dock 1', ...(bits && { bits }) });
    const path = join(folder, `generated-${type}-${bits}`);
    writeFileSync(path, key.privateKey, { mode: 0o600 });
    expect(keygen('-l', '-f', path)).toMatch(line);
    expect(keygen('-l', '-f', path)).toContain(key.fingerprint);
    expect(key.publicKey.startsWith(keygen('-y', '-f', path).trim().split(' ').slice(0, 2).join(' '))).toBe(true);
    expect(key.publicKey.endsWith(' quaymaster: dock 1')).toBe(true);
  });

  it('keeps a comment on its line', async () => {
    const { publicKey, privateKey } = await generateSshKey({ type: 'ed25519', comment: 'a\nssh-ed25519 AAAA b\r\n' });
    expect(publicKey).not.toMatch(/[\r\n]/);
    expect((await parsePrivateKey(privateKey)).publicKey).toBe(publicKey);
  });

  it('makes another key each time', async () => {
    const [one, other] = await Promise.all(['a', 'b'].map((comment) => generateSshKey({ type: 'ed25519', comment })));
    expect(one?.fingerprint).not.toBe(other?.fingerprint);
  });
});
