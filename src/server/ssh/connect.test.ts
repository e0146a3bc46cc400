import { connect as connectTcp } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import type { SshTarget } from './connect';
import { connectBench, never } from './connect.test-support';
import { generateSshKey } from './keys';
import { type OddServer, startOddSshServer, startTcpServer } from './odd-servers.test-support';
import { sh } from './shell';

const { connect, failure, close } = connectBench();
let odd: OddServer[] = [];
afterEach(async () => {
  await Promise.all([close(), ...odd.map((server) => server.close())]);
  odd = [];
});

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
