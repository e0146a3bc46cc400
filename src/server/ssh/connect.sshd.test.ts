import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { isSshdInstalled, makeKey, type Sshd, startSshd } from '../../../test/support/sshd';
import { connectBench, never } from './connect.test-support';
import { acceptPinned, type PresentedHostKey, trustOnFirstUse } from './host-key';
import { generateSshKey } from './keys';
import { sh } from './shell';

const why = 'needs sshd: apt-get install openssh-server';
const { connect, failure, close } = connectBench();
afterEach(close);

const { privateKey } = await generateSshKey({ type: 'ed25519', comment: 'nobody knows it' });

describe.skipIf(!isSshdInstalled)(`connectSsh with a real sshd (${why})`, () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'] });
  });
  afterAll(() => sshd.remove());

  it('shows the key of the host as OpenSSH names it', async () => {
    const connection = await connect(sshd.target);
    expect(connection.hostKey).toMatchObject(sshd.hostKeys[0] ?? {});
    expect(connection.isOpen).toBe(true);
  });

  it('resolves a name and tries all of its addresses', async () => {
    // localhost is ::1 first on most machines, where this sshd does not listen.
    const connection = await connect({ ...sshd.target, host: 'localhost' });
    expect((await connection.run({ name: 'echo', script: sh`echo` }, never)).exitCode).toBe(0);
  });

  it.each([0, 1, 2])('gets the pinned key shown among several (key %i)', async (index) => {
    const pinned = sshd.hostKeys.slice(index, index + 1);
    const connection = await connect(sshd.target, { hostKey: acceptPinned(pinned) });
    expect(connection.hostKey).toMatchObject(pinned[0] ?? {});
  });

  it('refuses a changed key with both fingerprints', async () => {
    let pinned: PresentedHostKey | undefined;
    const other = await startSshd();
    await connect(other.target, { hostKey: trustOnFirstUse((key) => (pinned = key)) });
    await other.remove();
    const reborn = await startSshd({ port: other.port });
    try {
      if (!pinned) throw new Error('no key was shown');
      const error = await failure(reborn.target, { hostKey: acceptPinned([pinned]) });
      expect(error.code).toBe('ssh.host-key-changed');
      expect(error.public).toContain(pinned.fingerprint);
      expect(error.public.match(/SHA256:\S{43}/g)).toHaveLength(2);
    } finally {
      await reborn.remove();
    }
  });

  it('says which methods are offered when the key is not known to the host', async () => {
    const error = await failure({ ...sshd.target, privateKey });
    expect(error.code).toBe('ssh.auth-rejected');
    expect(error.public).toMatch(/refused the key for the user .*offers: publickey/);
    expect(error.public).toMatch(/authorized_keys/);
  });

  it.each([
    ['Ed25519', ['-t', 'ed25519'], ''],
    ['RSA, PKCS#1', ['-t', 'rsa', '-b', '2048', '-m', 'PEM'], ''],
    ['ECDSA, PKCS#8', ['-t', 'ecdsa', '-m', 'PKCS8'], ''],
    ['RSA with a passphrase', ['-t', 'rsa', '-b', '2048', '-a', '1'], 'secret'],
  ])('signs in with a key of the kind %s', async (name, options, passphrase) => {
    const path = join(sshd.folder, name.replace(/\W/g, ''));
    makeKey(path, ...options, ...(passphrase ? ['-N', passphrase] : []));
    const key = readFileSync(path, 'utf8');
    appendFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${path}.pub`));
    const connection = await connect({ ...sshd.target, privateKey: key, ...(passphrase && { passphrase }) });
    expect(connection.isOpen).toBe(true);
  });

  it('signs in with a key that the console has made', async () => {
    for (const type of ['ed25519', 'rsa'] as const) {
      const key = await generateSshKey({ type, comment: `made ${type}` });
      appendFileSync(join(sshd.folder, 'authorized_keys'), `${key.publicKey}\n`);
      expect((await connect({ ...sshd.target, privateKey: key.privateKey })).isOpen).toBe(true);
    }
  });

  it('stays through a new exchange of keys', async () => {
    const strict = await startSshd({ config: ['RekeyLimit 100K'] });
    try {
      const connection = await connect(strict.target, { hostKey: acceptPinned(strict.hostKeys) });
      const stdin = Buffer.alloc(1_000_000, 'x');
      const { stdout } = await connection.run({ name: 'count', script: sh`wc -c`, stdin }, never);
      expect(stdout.trim()).toBe('1000000');
    } finally {
      await strict.remove();
    }
  });

  it.each([
    ['Ciphers aes256-ctr', 'MACs hmac-sha2-512-etm@openssh.com'],
    ['Ciphers chacha20-poly1305@openssh.com', 'KexAlgorithms ecdh-sha2-nistp256'],
    ['KexAlgorithms diffie-hellman-group14-sha256', 'Ciphers aes256-gcm@openssh.com'],
  ])('gets along with a server that allows little: %s, %s', async (...config) => {
    const narrow = await startSshd({ config });
    try {
      const connection = await connect(narrow.target);
      expect((await connection.run({ name: 'echo', script: sh`echo ok` }, never)).stdout).toBe('ok\n');
    } finally {
      await narrow.remove();
    }
  });

  it('counts it as a refusal when the server hangs up after the first key', async () => {
    const strict = await startSshd({ config: ['MaxAuthTries 1'] });
    try {
      expect((await failure({ ...strict.target, privateKey })).code).toBe('ssh.auth-rejected');
    } finally {
      await strict.remove();
    }
  });
});
