import { appendFileSync, readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { isSshdInstalled, makeKey, type Sshd, startSshd, trustAnyKey } from '../../../test/support/sshd';
import { connectSsh, type ConnectOptions, type SshTarget } from './connect';
import type { SshConnection } from './connection';
import { acceptPinned, type PresentedHostKey, trustOnFirstUse } from './host-key';
import { generateSshKey } from './keys';
import { type OddServer, startOddSshServer, startTcpServer } from './odd-servers.test-support';
import { sh } from './shell';

const never = new AbortController().signal;
const why = 'needs sshd: apt-get install openssh-server';

let open: SshConnection[] = [];
let odd: OddServer[] = [];
afterEach(async () => {
  await Promise.all([...open.map((connection) => connection.close()), ...odd.map((server) => server.close())]);
  open = [];
  odd = [];
});

async function connect(target: SshTarget, options: Partial<ConnectOptions> = {}): Promise<SshConnection> {
  const connection = await connectSsh(target, { signal: never, hostKey: trustAnyKey, ...options });
  open.push(connection);
  return connection;
}

async function failure(target: SshTarget, options: Partial<ConnectOptions> = {}): Promise<AppError> {
  try {
    await connect(target, options);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('connected');
}

const { privateKey } = await generateSshKey({ type: 'ed25519', comment: 'nobody knows it' });
const at = (port: number, host = '127.0.0.1'): SshTarget => ({ host, port, user: 'ada', privateKey });
const greet = async (...args: Parameters<typeof startTcpServer>) => {
  const server = await startTcpServer(...args);
  odd.push(server);
  return at(server.port);
};
const speak = async (...args: Parameters<typeof startOddSshServer>) => {
  const server = await startOddSshServer(...args);
  odd.push(server);
  return at(server.port);
};

describe('connectSsh before any SSH', () => {
  it('says that a name is not known', async () => {
    const error = await failure(at(22, 'docker-1.invalid'));
    expect(error.code).toBe('ssh.name-unknown');
    expect(error.public).toMatch(/docker-1\.invalid/);
  });

  it('says that nothing listens on the port', async () => {
    const target = await greet(() => undefined);
    await Promise.all(odd.splice(0).map((server) => server.close()));
    const error = await failure(target);
    expect(error.code).toBe('ssh.port-closed');
    expect(error.public).toContain(`127.0.0.1:${target.port}`);
  });

  it('says that there is no way to the address', async () => {
    // Class E (RFC 1112): the kernel itself refuses to send there.
    expect((await failure(at(22, '255.255.255.255'))).code).toBe('ssh.unreachable');
  });

  it('refuses an unusable key before it goes near the host', async () => {
    let isTouched = false;
    const target = await greet(() => (isTouched = true));
    expect((await failure({ ...target, privateKey: 'ssh-ed25519 AAAA ada' })).code).toBe('ssh.key-invalid');
    expect(isTouched).toBe(false);
  });

  it('ends with the reason of the signal, before and in the middle', async () => {
    const target = await greet(() => undefined);
    await expect(connect(target, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
    const abort = new AbortController();
    const silent = await greet(() => abort.abort(new Error('in the middle')));
    await expect(connect(silent, { signal: abort.signal })).rejects.toThrow('in the middle');
  });
});

describe('connectSsh with something that is no SSH server', () => {
  it.each([
    [
      'a web server',
      'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n',
      /answered "HTTP\/1\.1 400 Bad Request Server: nginx"/,
    ],
    ['a mail server', '220 mail.example ESMTP Postfix\r\n', /answered "220 mail\.example ESMTP Postfix"/],
    ['terminal escapes', '\u001B[2J\u001B]0;owned\u0007\u0000hello\r\n', /answered "\]0;owned hello"/],
    ['something binary', '\u0000\u0001\u0002\r\u00FF\u00FE', /is not an SSH server|without a word/],
    ['SSH version 1', 'SSH-1.5-OpenSSH_1.2\r\n', /answered "SSH-1\.5-OpenSSH_1\.2"/],
  ])('shows what %s said', async (_name, text, sentence) => {
    const error = await failure(await greet((socket) => socket.end(Buffer.from(text, 'latin1'))));
    expect(error.code).toBe('ssh.not-ssh');
    expect(error.public).toMatch(sentence);
    expect(error.public).not.toMatch(/[\u0000-\u001F]/);
  });

  it('says that a port takes connections and stays silent', async () => {
    const error = await failure(await greet(() => undefined), { connectTimeoutMs: 300 });
    expect(error.code).toBe('ssh.not-ssh');
    expect(error.public).toMatch(/accepts connections but said nothing within 0\.\d s/);
  });

  it('says that a port closes the connection without a word', async () => {
    const error = await failure(await greet((socket) => socket.end()));
    expect(error.code).toBe('ssh.not-ssh');
    expect(error.public).toMatch(/closed the connection without a word/);
  });

  it('gives up on a stream without end', async () => {
    const error = await failure(
      await greet((socket) => {
        const flood = () => {
          while (!socket.destroyed && socket.write('x'.repeat(10_000)));
        };
        socket.on('drain', flood);
        flood();
      }),
    );
    expect(error.code).toBe('ssh.not-ssh');
    expect(error.public.length).toBeLessThan(300);
  });
});

describe('connectSsh with an SSH server that behaves oddly', () => {
  it('names the deadline when the server hangs after its banner', async () => {
    const target = await greet((socket) => socket.write('SSH-2.0-Tarpit\r\n'));
    const error = await failure(target, { connectTimeoutMs: 2000 });
    expect(error.code).toBe('ssh.timeout');
    expect(error.public).toMatch(/the exchange of keys did not finish within [\d.]+ s/);
  });

  it('names the deadline when the sign-in hangs', async () => {
    const target = await speak((client) => client.on('authentication', () => undefined));
    const error = await failure(target, { connectTimeoutMs: 4000 });
    expect(error.code).toBe('ssh.timeout');
    expect(error.public).toMatch(/the sign-in of ada did not finish/);
  });

  it('lists what a server offers that takes passwords only', async () => {
    const target = await speak((client) =>
      client.on('authentication', (context) => context.reject(['password', 'keyboard-interactive'])),
    );
    const error = await failure(target);
    expect(error.code).toBe('ssh.auth-rejected');
    expect(error.public).toMatch(/offers: password .*keyboard-interactive/);
    expect(error.public).toMatch(/takes no keys/);
  });

  it('says so when the key is good and the server wants more', async () => {
    const target = await speak((client) =>
      client.on('authentication', (context) => context.reject(['keyboard-interactive'], true)),
    );
    const error = await failure(target);
    expect(error.code).toBe('ssh.auth-rejected');
    expect(error.public).toMatch(/took the key of ada but demands more/);
  });

  it('repeats what a server says that ends the sign-in itself', async () => {
    const target = await speak((client) => client.on('authentication', () => client.end()), {
      banner: 'System is booting up. Unprivileged users are not permitted to log in yet.',
    });
    const error = await failure(target);
    expect(error.code).toBe('ssh.connection-lost');
    expect(error.public).toMatch(/during the sign-in of ada.*System is booting up/);
  });

  it('says that the algorithms do not meet', async () => {
    const target = await speak(() => undefined, {
      algorithms: { kex: ['diffie-hellman-group14-sha1'] },
    });
    const error = await failure(target);
    expect(error.code).toBe('ssh.algorithms-unsupported');
    expect(error.public).toMatch(/no matching key exchange algorithm/);
  });

  it('sends nothing to a host whose key the policy rejects', async () => {
    let isAsked = false;
    const target = await speak((client) => client.on('authentication', () => (isAsked = true)));
    const reject = { preferredTypes: [], verify: () => 'reject' as const };
    expect((await failure(target, { hostKey: reject })).code).toBe('ssh.host-key-changed');
    const own = new AppError({ code: 'input.invalid', public: 'Look at the key first.' });
    const refuse = { preferredTypes: [], verify: () => Promise.resolve(own) };
    expect(await failure(target, { hostKey: refuse })).toBe(own);
    expect(isAsked).toBe(false);
  });

  it('does not connect when the policy itself fails', async () => {
    const target = await speak((client) => client.on('authentication', (context) => context.accept()));
    const broken = {
      preferredTypes: [],
      verify: () => {
        throw new AppError({ code: 'database.unreachable', public: 'No database.' });
      },
    };
    expect((await failure(target, { hostKey: broken })).code).toBe('database.unreachable');
  });

  it('notices that a host has fallen silent', async () => {
    const server = await speak((client) =>
      client.on('authentication', (context) => context.accept()).on('session', () => undefined),
    );
    let isSilent = false;
    const between = await greet((socket) => {
      const upstream = connectTcp(server.port, '127.0.0.1');
      socket.on('data', (chunk) => upstream.write(chunk));
      socket.on('close', () => upstream.destroy());
      upstream.on('data', (chunk) => isSilent || socket.write(chunk));
    });
    const connection = await connect(between, { keepaliveMs: 100 });
    const lost = { code: 'ssh.connection-lost', public: expect.stringMatching(/Keepalive timeout/) as string };
    const running = connection.run({ name: 'sleep', script: sh`sleep 61` }, never);
    isSilent = true;
    await expect(running).rejects.toMatchObject(lost);
    expect(connection.isOpen).toBe(false);
    await expect(connection.run({ name: 'true', script: sh`true` }, never)).rejects.toMatchObject(lost);
  });
});

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
