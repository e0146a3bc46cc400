import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anyHostKey } from '../../../test/support/any-host-key';
import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let admin: TestMember;
let operator: TestMember;
let member: TestMember;
let viewer: TestMember;
let stranger: TestMember;
let team: string;

beforeAll(async () => {
  console_ = await createTestConsole();
  const row = await console_.seedTeam();
  team = row.slug;
  admin = await console_.seedMember(row, 'admin');
  operator = await console_.seedMember(row, 'admin');
  member = await console_.seedMember(row, 'member');
  viewer = await console_.seedMember(row, 'viewer');
  stranger = await console_.seedMember(await console_.seedTeam(), 'owner');
  const { prisma } = console_.runtime.database;
  await prisma.user.update({ where: { id: operator.user.id }, data: { operator: true }, select: { id: true } });
});
afterAll(async () => {
  await console_.runtime.hypervisors.close();
  await console_.close();
});

const lastAudit = () =>
  console_.runtime.database.prisma.auditEvent.findFirst({
    where: { teamId: admin.actor.teamId },
    orderBy: { seq: 'desc' },
    select: { action: true, targetName: true, before: true, after: true },
  });

const otherHostKey = { ...anyHostKey, key: anyHostKey.key.replace(/.{4}$/, 'CAgI') };

const nowhere = '01900000-0000-7000-8000-000000000000';

const sshKeyNamed = async (name: string) => (await member.call.sshKeys.generate({ team, name })).id;

const register = async (name: string) => {
  const sshKeyId = await sshKeyNamed(`Key of ${name}`);
  const way = { kind: 'ssh', address: '192.0.2.7', port: 22, user: 'ops', sshKeyId, hostKey: anyHostKey } as const;
  return admin.call.hypervisors.create({ team, name, ...way });
};

describe('hypervisors.create', () => {
  it('ok: registers another host with its password sealed and the host key that was shown', async () => {
    const sshKeyId = await sshKeyNamed('Rack');
    const way = { kind: 'ssh', address: 'rack.example.test', port: 2222, user: 'ops', sshKeyId } as const;
    const host = await admin.call.hypervisors.create({
      team,
      name: 'Rack 1',
      ...way,
      sudoPassword: 'open sesame',
      hostKey: anyHostKey,
    });
    expect(host).toMatchObject({ name: 'Rack 1', kind: 'ssh', address: 'rack.example.test', hasSudoPassword: true });
    expect(host.hostKeys).toEqual([{ type: 'ssh-ed25519', fingerprint: expect.stringMatching(/^SHA256:/) as string }]);
    const told = JSON.stringify([await lastAudit(), host, await member.call.hypervisors.list({ team })]);
    expect(told).toContain('hypervisor.registered');
    expect(told).not.toContain('open sesame');
    const listed = await member.call.sshKeys.list({ team });
    expect(listed.find((key) => key.id === sshKeyId)?.hypervisorHosts).toEqual(['Rack 1']);
    expect(await rejection(member.call.sshKeys.remove({ team, id: sshKeyId }))).toMatchObject({
      code: 'ssh.key-in-use',
    });
  });

  it('ok: an operator registers the own machine of the console, once', async () => {
    const host = await operator.call.hypervisors.create({ team, kind: 'local', name: 'Here' });
    expect(host).toMatchObject({ kind: 'local', address: null, sshKeyId: null });
    expect(
      await rejection(operator.call.hypervisors.create({ team, kind: 'local', name: 'Here again' })),
    ).toMatchObject({ code: 'hypervisor.name-taken' });
    await operator.call.hypervisors.remove({ team, id: host.id, confirm: 'Here' });
  });

  it('invalid-input: every wrong field says so, and a host key that is none', async () => {
    const sshKeyId = await sshKeyNamed('Wrong');
    const good = { kind: 'ssh', address: '192.0.2.7', port: 22, user: 'ops', sshKeyId, hostKey: anyHostKey } as const;
    const create = (input: object) =>
      rejection(admin.call.hypervisors.create({ team, name: 'Never', ...good, ...input }));
    for (const [field, value] of [
      ['address', 'http://x'],
      ['port', 0],
      ['user', '-ops'],
      ['sudoPassword', 'a\nb'],
      ['name', ' '],
      ['sshKeyId', 'none'],
    ] as const) {
      expect((await create({ [field]: value })).fieldErrors, field).toHaveProperty(field);
    }
    expect((await create({ hostKey: { type: 'ssh-ed25519', key: 'AAAA' } })).fieldErrors).toHaveProperty('hostKey');
    expect(await create({ sshKeyId: nowhere })).toMatchObject({ code: 'ssh.key-not-found' });
  });

  it('conflict: when the name is taken', async () => {
    await register('Taken');
    const sshKeyId = await sshKeyNamed('For the second');
    const refused = await rejection(
      admin.call.hypervisors.create({
        team,
        name: 'Taken',
        kind: 'ssh',
        address: '192.0.2.8',
        port: 22,
        user: 'ops',
        sshKeyId,
        hostKey: anyHostKey,
      }),
    );
    expect(refused).toMatchObject({ code: 'hypervisor.name-taken' });
    expect(refused.fieldErrors).toHaveProperty('name');
  });

  it('forbidden: for a member, and for the own machine of the console for an admin who does not run it', async () => {
    const input = { team, kind: 'local', name: 'No' } as const;
    expect(await rejection(member.call.hypervisors.create(input))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(admin.call.hypervisors.create(input))).toMatchObject({ code: 'auth.forbidden' });
    const check = admin.call.hypervisors.check({ team, host: { kind: 'local' } });
    expect(await rejection(check)).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: for the team of somebody else', async () => {
    expect(await rejection(stranger.call.hypervisors.create({ team, kind: 'local', name: 'No' }))).toMatchObject({
      code: 'team.not-found',
    });
  });
});

describe('hypervisors.list, get, update and remove', () => {
  it('ok: changes name, way, password and host key, and tells the audit trail', async () => {
    const host = await register('Before');
    const sshKeyId = await sshKeyNamed('Another');
    const ssh = { address: '192.0.2.9', port: 2022, user: 'root', sshKeyId };
    const update = (more: object) =>
      admin.call.hypervisors.update({ team, id: host.id, name: 'After', ssh: { ...ssh, ...more } });
    const after = await update({ sudoPassword: 'hush' });
    expect(after).toMatchObject({ name: 'After', address: '192.0.2.9', sshPort: 2022, hasSudoPassword: true });
    expect(after.hostKeys).toEqual(host.hostKeys);
    expect(await update({})).toMatchObject({ hasSudoPassword: true });
    expect(JSON.stringify(await lastAudit())).not.toContain('hush');
    const { prisma } = console_.runtime.database;
    const secrets = await prisma.secret.count();
    expect(await update({ sudoPassword: null })).toMatchObject({ hasSudoPassword: false });
    expect(await prisma.secret.count()).toBe(secrets - 1);
    expect(await lastAudit()).toMatchObject({ action: 'hypervisor.changed', after: { address: '192.0.2.9' } });
  });

  it('in-use: keeps account and host while a machine, or what one has left, is there', async () => {
    const { prisma } = console_.runtime.database;
    const host = await register('Inhabited');
    const sshKeyId = host.sshKeyId ?? '';
    const way = { address: '192.0.2.7', port: 22, user: 'ops', sshKeyId };
    const update = (change: object) =>
      admin.call.hypervisors.update({ team, id: host.id, name: 'Inhabited', ssh: { ...way, ...change } });
    const inhabitant = { teamId: admin.actor.teamId, driver: 'virtualbox', options: { hypervisorId: host.id } };
    const { id } = await prisma.machine.create({
      data: { ...inhabitant, name: 'guest-1', engineSettings: {} },
      select: { id: true },
    });
    const otherUser = await rejection(update({ user: 'root' }));
    expect(otherUser).toMatchObject({ code: 'hypervisor.in-use' });
    expect(JSON.stringify(otherUser.fieldErrors?.['user'])).toContain('guest-1 lives on Inhabited');
    const otherHost = await rejection(update({ address: '192.0.2.9', hostKey: otherHostKey }));
    expect(otherHost).toMatchObject({ code: 'hypervisor.in-use' });
    expect(otherHost.fieldErrors).toHaveProperty('address');
    expect((await rejection(update({ port: 2222, hostKey: otherHostKey }))).fieldErrors).toHaveProperty('port');
    // The same key proves the same host, and a host that was installed anew is where it was.
    expect(await update({ address: '192.0.2.9' })).toMatchObject({ address: '192.0.2.9', hostKeys: host.hostKeys });
    expect(await update({ hostKey: anyHostKey })).toMatchObject({ address: '192.0.2.7' });
    await update({ hostKey: otherHostKey });
    await prisma.machine.delete({ where: { id }, select: { id: true } });
    const left = await prisma.tombstone.create({
      data: { ...inhabitant, machineId: id, machineName: 'guest-1', driverState: {}, createdByName: 'Ada' },
      select: { id: true },
    });
    expect(await rejection(update({ user: 'root' }))).toMatchObject({ code: 'hypervisor.in-use' });
    await prisma.tombstone.delete({ where: { id: left.id }, select: { id: true } });
    expect(await update({ user: 'root', address: '192.0.2.9', hostKey: anyHostKey })).toMatchObject({
      sshUser: 'root',
    });
  });

  it('ok: removes the host with its sealed password', async () => {
    const { prisma } = console_.runtime.database;
    const host = await register('Short-lived');
    const secrets = await prisma.secret.count();
    const { address, sshPort: port, sshUser: user, sshKeyId } = host;
    const ssh = { address: address ?? '', port, user: user ?? '', sshKeyId: sshKeyId ?? '', sudoPassword: 'hush' };
    await admin.call.hypervisors.update({ team, id: host.id, name: host.name, ssh });
    const { id } = host;
    expect(await rejection(admin.call.hypervisors.remove({ team, id, confirm: 'x' }))).toMatchObject({
      code: 'input.invalid',
    });
    await admin.call.hypervisors.remove({ team, id, confirm: 'Short-lived' });
    expect(await prisma.secret.count()).toBe(secrets);
    expect(await rejection(admin.call.hypervisors.get({ team, id }))).toMatchObject({ code: 'hypervisor.not-found' });
    expect(await lastAudit()).toMatchObject({ action: 'hypervisor.removed', targetName: 'Short-lived' });
  });

  it('forbidden: for whoever may only look, and looking for a viewer', async () => {
    const { id } = await register('Kept');
    const update = member.call.hypervisors.update({ team, id, name: 'Mine' });
    expect(await rejection(update)).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(member.call.hypervisors.remove({ team, id, confirm: 'Kept' }))).toMatchObject({
      code: 'auth.forbidden',
    });
    const check = member.call.hypervisors.check({ team, host: { kind: 'registered', id } });
    expect(await rejection(check)).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(viewer.call.hypervisors.list({ team }))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(viewer.call.hypervisors.get({ team, id }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: for the host and the key of another team', async () => {
    const { id, sshKeyId } = await register('Ours');
    const theirs = stranger.team.slug;
    const { hypervisors } = stranger.call;
    const refusals = [
      () => hypervisors.get({ team: theirs, id }),
      () => hypervisors.update({ team: theirs, id, name: 'Mine' }),
      () => hypervisors.remove({ team: theirs, id, confirm: 'Ours' }),
      () => hypervisors.check({ team: theirs, host: { kind: 'registered', id } }),
    ];
    for (const refused of refusals) expect((await rejection(refused())).code).toBe('hypervisor.not-found');
    expect(await hypervisors.list({ team: theirs })).toEqual([]);
    const way = { kind: 'ssh', address: '192.0.2.7', port: 22, user: 'ops', sshKeyId: sshKeyId ?? '' } as const;
    expect(await rejection(hypervisors.check({ team: theirs, host: way }))).toMatchObject({
      code: 'ssh.key-not-found',
    });
    const create = hypervisors.create({ team: theirs, name: 'Theirs', ...way, hostKey: anyHostKey });
    expect(await rejection(create)).toMatchObject({ code: 'ssh.key-not-found' });
  });
});
