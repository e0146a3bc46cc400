import { once } from 'node:events';
import { createServer } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { isSshdInstalled, type Sshd, startSshd } from '../../../test/support/sshd';
import { type OddServer, startTcpServer } from './odd-servers.test-support';
import { fetchHostKey, probeBanner, probeTcp, resolveName } from './probe';

const limits = { signal: new AbortController().signal, timeoutMs: 5000 };
const why = 'needs sshd: apt-get install openssh-server';

let odd: OddServer[] = [];
afterEach(async () => {
  await Promise.all(odd.map((server) => server.close()));
  odd = [];
});
const greet = async (...args: Parameters<typeof startTcpServer>) => {
  const server = await startTcpServer(...args);
  odd.push(server);
  return { host: '127.0.0.1', port: server.port };
};

describe('resolveName', () => {
  it('gives every address of a name', async () => {
    expect(await resolveName('localhost', limits)).toContain('127.0.0.1');
  });

  it.each(['192.0.2.7', '::1', 'fe80::1%lo'])('leaves the address %s as it is', async (address) => {
    expect(await resolveName(address, limits)).toEqual([address]);
  });

  it.each(['no-such-host.invalid', 'two words', '-oProxyCommand=touch', 'a'.repeat(300), '$(id)', ''])(
    'does not know the name "%s"',
    async (name) => {
      await expect(resolveName(name, limits)).rejects.toMatchObject({ code: 'ssh.name-unknown' });
    },
  );

  it('ends with the reason of an abort', async () => {
    const signal = AbortSignal.abort(new Error('no longer wanted'));
    await expect(resolveName('localhost', { ...limits, signal })).rejects.toThrow('no longer wanted');
  });
});

describe('probeTcp', () => {
  it('measures how long a connection takes', async () => {
    const { ms } = await probeTcp(await greet(() => undefined), limits);
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThan(limits.timeoutMs);
  });

  it('says that a port is closed', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    await once(closed, 'close');
    if (address === null || typeof address === 'string') throw new Error('no TCP port');
    const endpoint = { host: '127.0.0.1', port: address.port };
    await expect(probeTcp(endpoint, limits)).rejects.toMatchObject({ code: 'ssh.port-closed' });
  });
});

describe('probeBanner', () => {
  it('reads the banner behind lines that come before it, in pieces, and says nothing itself', async () => {
    let said = '';
    const endpoint = await greet((socket) => {
      socket.on('data', (chunk) => (said += chunk.toString()));
      socket.write('Welcome\r\nSSH-2.0-Open');
      setImmediate(() => socket.write('SSH_9.2p1 Debian-2\r\n'));
    });
    expect((await probeBanner(endpoint, limits)).banner).toBe('SSH-2.0-OpenSSH_9.2p1 Debian-2');
    expect(said).toBe('');
  });

  it.each([
    ['another protocol', 'HTTP/1.0 200 OK\r\n\r\n', /answered "HTTP\/1\.0 200 OK"/],
    ['the first version of SSH', 'SSH-1.5-old\n', /answered "SSH-1\.5-old"/],
    ['endless noise', 'x'.repeat(10_000), /answered "x{120}…"/],
  ])('shows %s', async (_name, text, sentence) => {
    await expect(probeBanner(await greet((socket) => socket.end(text)), limits)).rejects.toMatchObject({
      code: 'ssh.not-ssh',
      public: expect.stringMatching(sentence) as string,
    });
  });

  it('says that nothing came in its time', async () => {
    await expect(probeBanner(await greet(() => undefined), { ...limits, timeoutMs: 200 })).rejects.toMatchObject({
      code: 'ssh.not-ssh',
      public: expect.stringMatching(/said nothing within 0\.\d s/) as string,
    });
  });
});

describe.skipIf(!isSshdInstalled)(`probes of a real sshd (${why})`, () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd({ hostKeyTypes: ['ed25519', 'rsa'] });
  });
  afterAll(() => sshd.remove());

  it('reads its banner', async () => {
    expect((await probeBanner(sshd.target, limits)).banner).toMatch(/^SSH-2\.0-OpenSSH/);
  });

  it('gets its host key without signing in, and the type that is asked for', async () => {
    expect(await fetchHostKey(sshd.target, limits)).toMatchObject(sshd.hostKeys[0] ?? {});
    const rsa = await fetchHostKey(sshd.target, { ...limits, preferredTypes: ['ssh-rsa'] });
    expect(rsa).toMatchObject(sshd.hostKeys[1] ?? {});
  });

  it('fails where there is no SSH to ask for a key', async () => {
    const endpoint = await greet((socket) => socket.end('220 ready\r\n'));
    await expect(fetchHostKey(endpoint, limits)).rejects.toMatchObject({ code: 'ssh.not-ssh' });
  });
});
