import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CheckEvent, ProbeResult } from '@/lib/host-check';

import { rejection } from '../../../test/support/rejection';
import { isSshdInstalled, makeKey, type Sshd, startSshd } from '../../../test/support/sshd';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { createCaller } from './root';

let console_: TestConsole;
let member: TestMember;
let viewer: TestMember;
let stranger: TestMember;
let team: string;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ team, member, viewer, stranger } = await console_.seedCrew('member', 'viewer', 'stranger'));
});
afterAll(() => console_.close());

const follow = async (events: AsyncIterable<CheckEvent>) => {
  const all: CheckEvent[] = [];
  for await (const event of events) all.push(event);
  const results = all.flatMap((event) => (event.type === 'ended' ? [event.result] : []));
  return {
    all,
    hostKey: all.flatMap((event) => (event.type === 'host-key' ? [event.hostKey] : []))[0],
    of: (id: ProbeResult['id']) => results.find((result) => result.id === id),
    states: Object.fromEntries(results.map((result) => [result.id, result.status])),
  };
};

const silentPort = () =>
  new Promise<{ server: Server; port: number }>((resolve) => {
    const server = createServer((socket) => {
      // The probe hangs up as soon as it has seen enough.
      socket.on('error', () => undefined);
      socket.end('220 mail.example.test ESMTP\r\n');
    }).listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as { port: number }).port }));
  });

describe('checks.run', () => {
  it('invalid-input: says at the fields what is wrong before anything is looked at', async () => {
    const refused = await rejection(
      member.call.checks.run({ team, driver: 'generic', options: { address: 'http://x' } }),
    );
    expect(refused.code).toBe('input.invalid');
    expect(Object.keys(refused.fieldErrors).sort()).toEqual(['options.address', 'options.sshKeyId']);
    expect(await rejection(member.call.checks.run({ team, driver: 'nowhere', options: {} }))).toMatchObject({
      code: 'driver.unknown',
    });
  });

  it('ok: asks a driver without a host for its own reasons', async () => {
    const fake = (scenario: string) => member.call.checks.run({ team, driver: 'fake', options: { scenario } });
    expect((await follow(await fake('works'))).states).toEqual({ account: 'ok' });
    const refused = (await follow(await fake('quota'))).of('account');
    expect(refused).toMatchObject({
      status: 'failed',
      advice: 'Choose another scenario.',
      fieldErrors: { 'options.scenario': expect.stringContaining('used up') as string },
    });
  });

  it('ok: skips what stands on a probe that failed', async () => {
    const { id } = await member.call.sshKeys.generate({ team, name: 'Closed' });
    const { server, port } = await silentPort();
    const options = { address: '127.0.0.1', sshPort: port, sshKeyId: id };
    const check = await follow(await member.call.checks.run({ team, driver: 'generic', options }));
    server.close();
    expect(check.states).toMatchObject({
      name: 'ok',
      tcp: 'ok',
      banner: 'failed',
      'host-key': 'skipped',
      engine: 'skipped',
    });
    expect(check.of('banner')?.message).toMatch(/./);
    expect(check.all[0]).toMatchObject({ type: 'planned' });
    expect(check.all.at(-1)).toMatchObject({ type: 'finished' });
  });

  it('ok: ends without further events when the browser goes away', async () => {
    const { id } = await member.call.sshKeys.generate({ team, name: 'Aborted' });
    const browser = new AbortController();
    const call = createCaller(
      {
        runtime: console_.runtime,
        signedIn: { sessionId: 'session', user: member.user },
        address: undefined,
        requestId: 'test-request',
      },
      { signal: browser.signal },
    );
    const options = { address: '127.0.0.1', sshPort: 1, sshKeyId: id };
    const seen: CheckEvent[] = [];
    for await (const event of await call.checks.run({ team, driver: 'generic', options })) {
      seen.push(event);
      if (event.type === 'started') browser.abort();
    }
    expect(seen.map((event) => event.type)).toEqual(['planned', 'started']);
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.checks.run({ team, driver: 'generic', options: {} }))).toMatchObject({
      code: 'auth.forbidden',
    });
  });

  it('not-found: for the machine, the key and the team of somebody else', async () => {
    const { id } = await member.call.sshKeys.generate({ team, name: 'Not theirs' });
    const theirs = stranger.team.slug;
    const options = { address: '127.0.0.1', sshKeyId: id };
    expect(await rejection(stranger.call.checks.run({ team: theirs, driver: 'generic', options }))).toMatchObject({
      code: 'ssh.key-not-found',
    });
    const created = await member.call.machines.create({ team, name: 'ours', driver: 'generic', options });
    expect(await rejection(stranger.call.checks.run({ team: theirs, machine: created.name }))).toMatchObject({
      code: 'machine.not-found',
    });
    expect(await rejection(stranger.call.checks.run({ team, machine: created.name }))).toMatchObject({
      code: 'team.not-found',
    });
  });
});

describe.skipIf(!isSshdInstalled)('checks.run against a real sshd', () => {
  let sshd: Sshd;
  let keyId: string;
  beforeAll(async () => {
    sshd = await startSshd();
    keyId = (await member.call.sshKeys.create({ team, name: 'Real', privateKey: sshd.target.privateKey })).id;
  });
  afterAll(() => sshd.remove());

  const options = () => ({ address: '127.0.0.1', sshPort: sshd.port, sshUser: sshd.target.user, sshKeyId: keyId });

  it('ok: goes from the name to the engine, and shows the host key as new', async () => {
    const check = await follow(await member.call.checks.run({ team, driver: 'generic', options: options() }));
    expect(check.states).toMatchObject({ name: 'ok', tcp: 'ok', banner: 'ok', 'host-key': 'ok', authentication: 'ok' });
    for (const id of ['sudo', 'os', 'disk', 'clock', 'packages', 'port', 'engine'] as const) {
      expect(check.of(id)?.status, id).not.toBe('skipped');
    }
    expect(check.hostKey).toMatchObject({ verdict: 'new', ...sshd.hostKeys[0] });
    expect(check.of('banner')?.message).toMatch(/^SSH-2\.0-OpenSSH/);
  });

  it('ok: tells a refused key from a refused host', async () => {
    const wrong = makeKey(`${sshd.folder}/other`, '-t', 'ed25519');
    const { id } = await member.call.sshKeys.create({ team, name: 'Unknown to the host', privateKey: wrong });
    const check = await follow(
      await member.call.checks.run({ team, driver: 'generic', options: { ...options(), sshKeyId: id } }),
    );
    expect(check.states).toMatchObject({ 'host-key': 'ok', authentication: 'failed', sudo: 'skipped' });
  });

  it('ok: holds a machine to its pinned key, and sends nothing to a host that shows another', async () => {
    const create = (name: string, hostKey: { type: string; key: string }) =>
      member.call.machines.create({ team, name, driver: 'generic', options: options(), hostKey });
    const pinned = sshd.hostKeys[0];
    if (!pinned) throw new Error('the test sshd has a host key');
    const known = await create('pinned', pinned);
    const good = await follow(await member.call.checks.run({ team, machine: known.name }));
    expect(good.hostKey?.verdict).toBe('pinned');
    expect(good.states).toMatchObject({ authentication: 'ok' });

    makeKey(`${sshd.folder}/impostor`, '-t', 'ed25519');
    const [type = '', key = ''] = readFileSync(`${sshd.folder}/impostor.pub`, 'utf8').split(' ');
    const changed = await create('changed', { type, key });
    const bad = await follow(await member.call.checks.run({ team, machine: changed.name }));
    expect(bad.hostKey?.verdict).toBe('changed');
    expect(bad.states).toMatchObject({ 'host-key': 'failed', authentication: 'skipped' });
    expect(bad.of('host-key')?.advice).toMatch(/./);
  });
});
