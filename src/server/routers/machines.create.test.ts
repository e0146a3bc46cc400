import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
let admin: TestMember;
let member: TestMember;
let colleague: TestMember;
let viewer: TestMember;
let stranger: TestMember;
let team: string;
let keyId: string;

const hostKey = {
  type: 'ssh-ed25519',
  key: 'AAAAC3NzaC1lZDI1NTE5AAAAIIbmRmJVM3h8zKBGbJUbZi7Gwf1aY8FRQy3n5ttvCPGX',
};

beforeAll(async () => {
  console_ = await createTestConsole();
  const row = await console_.seedTeam();
  team = row.slug;
  owner = await console_.seedMember(row, 'owner');
  admin = await console_.seedMember(row, 'admin');
  member = await console_.seedMember(row, 'member');
  colleague = await console_.seedMember(row, 'member');
  viewer = await console_.seedMember(row, 'viewer');
  stranger = await console_.seedMember(await console_.seedTeam(), 'owner');
  keyId = (await member.call.sshKeys.generate({ team, name: 'Hosts' })).id;
});
afterAll(() => console_.close());

const input = (name: string, more: object = {}) => ({
  team,
  name,
  driver: 'generic',
  options: { address: 'host.example.test', sshKeyId: keyId },
  ...more,
});

const read = (id: string) =>
  console_.runtime.database.prisma.machine.findUniqueOrThrow({
    where: { id },
    include: { admissions: true, hostKeys: true, jobs: { include: { steps: true } } },
  });

describe('machines.create', () => {
  it('ok: writes machine, access, pinned host key and audit event, and starts the job', async () => {
    const created = await member.call.machines.create(
      input('edge-1', { engine: { labels: ['env=prod', 'note=a=b'] }, hostKey }),
    );
    const machine = await read(created.machineId);
    expect(machine).toMatchObject({
      name: 'edge-1',
      driver: 'generic',
      state: 'creating',
      address: 'host.example.test',
      enginePort: 2376,
      labels: { env: 'prod', note: 'a=b' },
      ownerId: member.user.id,
      options: { address: 'host.example.test', sshKeyId: keyId, sshPort: 22, sshUser: 'root', enginePort: 2376 },
      engineSettings: { source: { kind: 'distribution' }, labels: ['env=prod', 'note=a=b'] },
    });
    expect(machine.hostKeys).toMatchObject([{ ...hostKey, fingerprint: expect.stringMatching(/^SHA256:/) as string }]);
    expect(machine.jobs).toMatchObject([{ id: created.jobId, kind: 'machine.create', state: 'queued' }]);
    expect(console_.queue.deliveries).toContainEqual({ jobId: created.jobId, key: created.machineId });
    const event = await console_.runtime.database.prisma.auditEvent.findFirst({
      where: { targetId: created.machineId },
      select: { action: true, actorId: true },
    });
    expect(event).toEqual({ action: 'machine.created', actorId: member.user.id });
  });

  it('ok: gives access to the creator, admins and owners unless told otherwise', async () => {
    const ids = async (machineId: string) =>
      (await read(machineId)).admissions.map((admission) => admission.membershipId).sort();
    const usual = await member.call.machines.create(input('access-usual'));
    expect(await ids(usual.machineId)).toEqual([owner, admin, member].map(({ actor }) => actor.membershipId).sort());
    const chosen = await member.call.machines.create(
      input('access-chosen', { access: [colleague.actor.membershipId] }),
    );
    expect(await ids(chosen.machineId)).toEqual([colleague.actor.membershipId]);
    const nobody = await member.call.machines.create(input('access-nobody', { access: [] }));
    expect(await ids(nobody.machineId)).toEqual([]);
  });

  it('ok: seals secret options, and no answer, row or event holds them', async () => {
    const sudoPassword = 'correct horse battery';
    const created = await member.call.machines.create(
      input('sealed', { options: { address: '192.0.2.5', sshKeyId: keyId, sudoPassword } }),
    );
    const { prisma } = console_.runtime.database;
    const machine = await read(created.machineId);
    expect(machine.optionSecretId).not.toBeNull();
    const everything = JSON.stringify([
      created,
      machine,
      await prisma.auditEvent.findMany(),
      await prisma.job.findMany({ include: { steps: true, logs: true } }),
    ]);
    expect(everything).not.toContain(sudoPassword);
    const sealed = await console_.runtime.secrets.open(prisma, {
      id: machine.optionSecretId ?? '',
      teamId: member.actor.teamId,
      purpose: 'driver-options',
    });
    expect(JSON.parse(sealed)).toEqual({ sudoPassword });
  });

  it('ok: takes a driver without provisioning, and no engine settings with it', async () => {
    const fake = { driver: 'fake', options: { scenario: 'works' } };
    const created = await member.call.machines.create({ team, name: 'simulated', ...fake });
    expect(await read(created.machineId)).toMatchObject({ driver: 'fake', address: null, engineSettings: {} });
    const refused = await rejection(
      member.call.machines.create({ team, name: 'simulated-2', ...fake, engine: { labels: [] } }),
    );
    expect(refused.fieldErrors).toHaveProperty(['engine.labels']);
  });

  it('invalid-input: says every problem at its field, all at once', async () => {
    const refused = await rejection(
      member.call.machines.create({
        team,
        name: 'Not A Name',
        driver: 'generic',
        options: { address: 'ssh://x', sshPort: 0, unheardOf: true },
        engine: { labels: ['nonsense'], source: { kind: 'docker-repository', baseUrl: 'https://a b' } },
      }),
    );
    expect(refused.code).toBe('input.invalid');
    expect(Object.keys(refused.fieldErrors).sort()).toEqual([
      'engine.labels.0',
      'engine.source.baseUrl',
      'name',
      'options.address',
      'options.sshKeyId',
      'options.sshPort',
      'options.unheardOf',
    ]);
  });

  it.each([
    ['an unknown driver', { driver: 'nowhere' }, 'driver.unknown'],
    ['a host key of another type than it says', { hostKey: { ...hostKey, type: 'ssh-rsa' } }, 'input.invalid'],
    ['a host key that is none', { hostKey: { type: 'ssh-ed25519', key: 'AAAA' } }, 'input.invalid'],
    ['a name that is an address of the console', { name: 'new' }, 'input.invalid'],
    ['a name that is too long', { name: 'a'.repeat(64) }, 'input.invalid'],
    ['options of the wrong type', { options: 'nonsense' as unknown as Record<string, unknown> }, 'input.invalid'],
    ['options that are too large', { options: { address: 'x'.repeat(300_000) } }, 'input.invalid'],
  ])('invalid-input: refuses %s', async (_what, change, code) => {
    expect(await rejection(member.call.machines.create({ ...input('never'), ...change }))).toMatchObject({ code });
  });

  it('conflict: when the name is taken, also by a machine that is created at the same time', async () => {
    const both = await Promise.allSettled([
      member.call.machines.create(input('twin')),
      owner.call.machines.create(input('twin')),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = await rejection(member.call.machines.create(input('twin')));
    expect(refused).toMatchObject({ code: 'machine.name-taken' });
    expect(refused.fieldErrors).toHaveProperty('name');
  });

  it('conflict: a refused creation leaves neither secret nor job', async () => {
    const { prisma } = console_.runtime.database;
    const before = [await prisma.secret.count(), await prisma.job.count(), await prisma.auditEvent.count()];
    const options = { address: '192.0.2.5', sshKeyId: keyId, sudoPassword: 'secret' };
    await rejection(member.call.machines.create(input('edge-1', { options })));
    expect([await prisma.secret.count(), await prisma.job.count(), await prisma.auditEvent.count()]).toEqual(before);
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.machines.create(input('no')))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: for another team, its SSH key and its members', async () => {
    expect(await rejection(stranger.call.machines.create(input('no')))).toMatchObject({ code: 'team.not-found' });
    const theirs = await stranger.call.sshKeys.generate({ team: stranger.team.slug, name: 'Theirs' });
    const options = { address: '192.0.2.5', sshKeyId: theirs.id };
    expect(await rejection(member.call.machines.create(input('no', { options })))).toMatchObject({
      code: 'ssh.key-not-found',
    });
    for (const membershipId of [stranger.actor.membershipId, viewer.actor.membershipId]) {
      expect(await rejection(member.call.machines.create(input('no', { access: [membershipId] })))).toMatchObject({
        code: 'member.not-found',
      });
    }
  });
});

describe('machines.checkName', () => {
  it('ok: tells a free name from a taken or impossible one', async () => {
    expect(await member.call.machines.checkName({ team, name: 'edge-99' })).toEqual({ isFree: true, reason: null });
    expect(await member.call.machines.checkName({ team, name: 'edge-1' })).toMatchObject({ isFree: false });
    expect(await member.call.machines.checkName({ team, name: '-x' })).toMatchObject({ isFree: false });
  });

  it('ok: knows nothing of the names of other teams', async () => {
    const answer = await stranger.call.machines.checkName({ team: stranger.team.slug, name: 'edge-1' });
    expect(answer).toEqual({ isFree: true, reason: null });
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.machines.checkName({ team, name: 'x' }))).toMatchObject({
      code: 'auth.forbidden',
    });
  });

  it('not-found: for the team of somebody else', async () => {
    expect(await rejection(stranger.call.machines.checkName({ team, name: 'x' }))).toMatchObject({
      code: 'team.not-found',
    });
  });
});

describe('machines.accessChoices', () => {
  it('ok: lists who may hold client certificates, the caller first', async () => {
    const choices = await colleague.call.machines.accessChoices({ team });
    expect(choices).toHaveLength(4);
    expect(choices[0]).toMatchObject({ membershipId: colleague.actor.membershipId, isMe: true, isDefault: true });
    expect(choices.find((choice) => choice.membershipId === member.actor.membershipId)?.isDefault).toBe(false);
    expect(choices.some((choice) => choice.membershipId === viewer.actor.membershipId)).toBe(false);
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.machines.accessChoices({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: for the team of somebody else', async () => {
    expect(await rejection(stranger.call.machines.accessChoices({ team }))).toMatchObject({ code: 'team.not-found' });
  });
});
