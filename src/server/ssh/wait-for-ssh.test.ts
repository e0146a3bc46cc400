import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { isSshdInstalled, type Sshd, startSshd, trustAnyKey } from '../../../test/support/sshd';
import { leapingClock } from '../clock/leaping-clock.test-support';
import { acceptPinned } from './host-key';
import { generateSshKey } from './keys';
import { type OddServer, startTcpServer } from './odd-servers.test-support';
import { waitForSsh } from './wait-for-ssh';

const never = new AbortController().signal;
const why = 'needs sshd: apt-get install openssh-server';

let odd: OddServer | undefined;
let sshd: Sshd | undefined;
afterEach(async () => {
  await odd?.close();
  await sshd?.remove();
  odd = sshd = undefined;
});

const { privateKey } = await generateSshKey({ type: 'ed25519', comment: '' });

describe('waitForSsh', () => {
  it('gives up at its deadline with the last real reason', async () => {
    odd = await startTcpServer((socket) => socket.end('220 not yet\r\n'));
    const target = { host: '127.0.0.1', port: odd.port, user: 'ada', privateKey };
    const clock = leapingClock();
    const seen: string[] = [];
    const waiting = waitForSsh(target, {
      clock,
      signal: never,
      hostKey: trustAnyKey,
      timeoutMs: 60_000,
      onWaiting: (observed) => seen.push(observed),
    });
    await expect(waiting).rejects.toMatchObject({
      code: 'ssh.timeout',
      public: expect.stringMatching(/within 60 s\. Last seen: .*answered "220 not yet"/) as string,
    });
    expect(seen).toHaveLength(1);
    expect(clock.sleeps).toHaveLength(30);
    expect(new Set(clock.sleeps)).toEqual(new Set([2000]));
  });

  it('does not wait when the key is unusable', async () => {
    const clock = leapingClock();
    const target = { host: '127.0.0.1', port: 9, user: 'ada', privateKey: 'none' };
    await expect(
      waitForSsh(target, { clock, signal: never, hostKey: trustAnyKey, timeoutMs: 60_000 }),
    ).rejects.toMatchObject({ code: 'ssh.key-invalid' });
    expect(clock.sleeps).toEqual([]);
  });

  it('stops waiting at an abort, with its reason', async () => {
    odd = await startTcpServer((socket) => socket.end());
    const target = { host: '127.0.0.1', port: odd.port, user: 'ada', privateKey };
    const abort = new AbortController();
    const clock = leapingClock();
    const waiting = waitForSsh(target, {
      clock,
      signal: abort.signal,
      hostKey: trustAnyKey,
      timeoutMs: 60_000,
      onWaiting: () => abort.abort(new Error('cancelled')),
    });
    await expect(waiting).rejects.toThrow('cancelled');
  });
});

describe.skipIf(!isSshdInstalled)(`waitForSsh with a real sshd (${why})`, () => {
  it('signs in as soon as the host is ready', async () => {
    odd = await startTcpServer((socket) => socket.end());
    const { port } = odd;
    let starting: Promise<void> | undefined;
    const start = async () => {
      await odd?.close();
      odd = undefined;
      sshd = await startSshd({ port });
      target.privateKey = sshd.target.privateKey;
      target.user = sshd.target.user;
    };
    const target = { host: '127.0.0.1', port, user: 'ada', privateKey };
    const clock = leapingClock({ onSleep: () => (starting ??= start()) });
    const connection = await waitForSsh(target, { clock, signal: never, hostKey: trustAnyKey, timeoutMs: 60_000 });
    expect(clock.sleeps).toHaveLength(1);
    await connection.close();
  });

  it('ends at once when the host refuses the key, or shows another one of its own', async () => {
    sshd = await startSshd();
    const clock = leapingClock();
    const options = { clock, signal: never, hostKey: trustAnyKey, timeoutMs: 60_000 };
    await expect(waitForSsh({ ...sshd.target, privateKey }, options)).rejects.toMatchObject({
      code: 'ssh.auth-rejected',
    });
    await expect(waitForSsh(sshd.target, { ...options, hostKey: acceptPinned([]) })).rejects.toMatchObject({
      code: 'ssh.host-key-changed',
    });
    expect(clock.sleeps).toEqual([]);
  });
  it('waits for a key that a new host does not have yet, and not for ever', async () => {
    sshd = await startSshd();
    const { folder, target } = sshd;
    const keys = join(folder, 'authorized_keys');
    const own = await readFile(keys, 'utf8');
    const options = { signal: never, hostKey: trustAnyKey, timeoutMs: 600_000, keyWaitMs: 30_000 };
    const late = leapingClock({ onSleep: () => writeFile(keys, own) });
    await writeFile(keys, '');
    await (await waitForSsh(target, { ...options, clock: late })).close();
    expect(late.sleeps).toHaveLength(1);
    const clock = leapingClock();
    await expect(waitForSsh({ ...target, privateKey }, { ...options, clock })).rejects.toMatchObject({
      code: 'ssh.auth-rejected',
    });
    expect(clock.sleeps).toHaveLength(15);
  });
});
