import { rmSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CheckEvent } from '@/lib/host-check';
import { hypervisorStanding } from '@/lib/hypervisor-host';
import { sh } from '@/server/ssh/shell';

import { anyHostKey } from '../../../test/support/any-host-key';
import { isSshdInstalled, makeKey, type Sshd, startSshd } from '../../../test/support/sshd';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let admin: TestMember;
let operator: TestMember;
let member: TestMember;
let team: string;

const { signal } = new AbortController();

/** A libvirt that is installed where the tests run may have to be woken up first. */
const checkTimeoutMs = 120_000;

beforeAll(async () => {
  console_ = await createTestConsole();
  const row = await console_.seedTeam();
  team = row.slug;
  admin = await console_.seedMember(row, 'admin');
  operator = await console_.seedMember(row, 'admin');
  member = await console_.seedMember(row, 'member');
  const { prisma } = console_.runtime.database;
  await prisma.user.update({ where: { id: operator.user.id }, data: { operator: true }, select: { id: true } });
});
afterAll(async () => {
  await console_.runtime.hypervisors.close();
  await console_.close();
});

const follow = async (events: AsyncIterable<CheckEvent>) => {
  const all: CheckEvent[] = [];
  for await (const event of events) all.push(event);
  const results = all.flatMap((event) => (event.type === 'ended' ? [event.result] : []));
  return {
    hostKey: all.flatMap((event) => (event.type === 'host-key' ? [event.hostKey] : []))[0],
    states: Object.fromEntries(results.map(({ id, status }) => [id, status])),
    messages: Object.fromEntries(results.map(({ id, message }) => [id, message])),
  };
};

describe('hypervisors.check', () => {
  it(
    'ok: looks at the own machine of the console and keeps what it has found',
    { timeout: checkTimeoutMs },
    async () => {
      const host = await operator.call.hypervisors.create({ team, kind: 'local', name: 'Own machine' });
      const check = await follow(
        await operator.call.hypervisors.check({ team, host: { kind: 'registered', id: host.id } }),
      );
      expect(Object.keys(check.states)).toEqual([
        'rights',
        'system',
        'folder',
        'vbox-manage',
        'libvirt',
        'acceleration',
      ]);
      const { facts, checkedAt } = await operator.call.hypervisors.get({ team, id: host.id });
      expect(facts).toMatchObject({ failure: null, architecture: expect.stringMatching(/./) as string });
      expect(facts?.cpus).toBeGreaterThan(0);
      expect(facts?.freeBytes).toBeGreaterThan(0);
      expect(checkedAt).not.toBeNull();
      await operator.call.hypervisors.remove({ team, id: host.id, confirm: 'Own machine' });
    },
  );
});

describe.skipIf(!isSshdInstalled)('hypervisors.check against a real sshd', () => {
  let sshd: Sshd;
  let sshKeyId: string;
  beforeAll(async () => {
    sshd = await startSshd();
    sshKeyId = (await member.call.sshKeys.create({ team, name: 'Real', privateKey: sshd.target.privateKey })).id;
  });
  afterAll(async () => {
    await console_.runtime.hypervisors.close();
    await sshd.remove();
  });

  const way = () => ({ address: '127.0.0.1', port: sshd.port, user: sshd.target.user, sshKeyId });

  it(
    'ok: goes from the name to the hypervisors, pins the key, and opens the host',
    { timeout: checkTimeoutMs },
    async () => {
      const first = await follow(await admin.call.hypervisors.check({ team, host: { kind: 'ssh', ...way() } }));
      expect(first.states).toMatchObject({
        'host-key': 'ok',
        authentication: 'ok',
        rights: 'ok',
        system: 'ok',
        forwarding: 'ok',
      });
      expect(first.hostKey).toMatchObject({ verdict: 'new', ...sshd.hostKeys[0] });
      const { type = '', key = '' } = first.hostKey ?? {};
      const input = { team, kind: 'ssh', name: 'Real', ...way(), hostKey: { type, key } } as const;
      const host = await admin.call.hypervisors.create(input);
      const registered = { kind: 'registered', id: host.id } as const;
      const again = await follow(await admin.call.hypervisors.check({ team, host: registered }));
      expect(again.hostKey?.verdict).toBe('pinned');

      const ref = { teamId: admin.actor.teamId, id: host.id };
      const opened = await console_.runtime.hypervisors.open(ref, signal);
      const { stdout } = await opened.run({ name: 'greet', script: sh`echo ahoy` }, signal);
      expect(stdout).toBe('ahoy\n');
      expect(await console_.runtime.hypervisors.open(ref, signal)).toBe(opened);

      // What another process has changed counts at the next use, and nothing else makes a connection new.
      console_.runtime.hypervisors.doubt();
      expect(await console_.runtime.hypervisors.open(ref, signal)).toBe(opened);
      const { prisma } = console_.runtime.database;
      await prisma.hypervisorHost.update({ where: { id: host.id }, data: { name: 'Renamed' }, select: { id: true } });
      console_.runtime.hypervisors.doubt();
      expect((await console_.runtime.hypervisors.open(ref, signal)).name).toBe('Renamed');
    },
  );

  it('ok: tells of an SSH server that lets nobody through', { timeout: checkTimeoutMs }, async () => {
    const strict = await startSshd({ config: ['AllowTcpForwarding no'] });
    const { privateKey, user } = strict.target;
    const key = await member.call.sshKeys.create({ team, name: 'Strict', privateKey });
    const host = { kind: 'ssh', address: '127.0.0.1', port: strict.port, user, sshKeyId: key.id } as const;
    const check = await follow(await admin.call.hypervisors.check({ team, host }));
    await strict.remove();
    expect(check.states).toMatchObject({ authentication: 'ok', forwarding: 'failed' });
    expect(check.messages['forwarding']).toMatch(/AllowTcpForwarding/);
  });

  it('ok: keeps why a registered host is not reached, and sends nothing to one that shows another key', async () => {
    makeKey(`${sshd.folder}/impostor`, '-t', 'ed25519');
    const input = { team, kind: 'ssh', name: 'Changed', ...way(), hostKey: anyHostKey } as const;
    const { id } = await admin.call.hypervisors.create(input);
    const check = await follow(await admin.call.hypervisors.check({ team, host: { kind: 'registered', id } }));
    expect(check.states).toMatchObject({ 'host-key': 'failed', authentication: 'skipped', rights: 'skipped' });
    expect(check.hostKey?.verdict).toBe('changed');
    const { facts } = await admin.call.hypervisors.get({ team, id });
    expect(hypervisorStanding(facts)).toBe('failed');
    expect(facts?.failure).toMatch(/not the key that is pinned/);
    const opening = console_.runtime.hypervisors.open({ teamId: admin.actor.teamId, id }, signal);
    await expect(opening).rejects.toMatchObject({ code: 'driver.unreachable' });
    rmSync(`${sshd.folder}/impostor`);
  });
});
