import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openSshKey } from '@/server/operations/ssh-keys/open-ssh-key';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let member: TestMember;
let viewer: TestMember;
let stranger: TestMember;
let team: string;
let privateKey: string;
let lockedKey: string;
let folder: string;

const makeKey = (name: string, passphrase: string) => {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-a', '1', '-N', passphrase, '-C', 'ada@laptop', '-f', path]);
  return readFileSync(path, 'utf8');
};

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ team, member, viewer, stranger } = await console_.seedCrew('member', 'viewer', 'stranger'));
  folder = mkdtempSync(join(tmpdir(), 'quaymaster-keys-'));
  privateKey = makeKey('plain', '');
  lockedKey = makeKey('locked', 'open sesame');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await console_.close();
});

const lastAudit = () =>
  console_.runtime.database.prisma.auditEvent.findFirst({
    where: { teamId: member.actor.teamId },
    orderBy: { seq: 'desc' },
    select: { action: true, targetName: true },
  });

describe('sshKeys.create', () => {
  it('ok: keeps a pasted key sealed, tells its public half and writes an audit event', async () => {
    const key = await member.call.sshKeys.create({ team, name: 'Laptop', privateKey });
    expect(key).toMatchObject({ name: 'Laptop', type: 'ssh-ed25519' });
    expect(readFileSync(join(folder, 'plain.pub'), 'utf8').trim()).toBe(key.publicKey);
    expect(await lastAudit()).toEqual({ action: 'ssh-key.imported', targetName: 'Laptop' });
    const opened = await openSshKey(console_.runtime, { teamId: member.actor.teamId, id: key.id });
    expect(opened).toContain('PRIVATE KEY');
    const secrets = await console_.runtime.database.prisma.secret.findMany({ select: { sealed: true } });
    for (const { sealed } of secrets) expect(Buffer.from(sealed).includes('PRIVATE KEY')).toBe(false);
  });

  it('ok: opens a key with its passphrase, which is not needed any more afterwards', async () => {
    const key = await member.call.sshKeys.create({
      team,
      name: 'Locked',
      privateKey: lockedKey,
      passphrase: 'open sesame',
    });
    const opened = await openSshKey(console_.runtime, { teamId: member.actor.teamId, id: key.id });
    const again = await member.call.sshKeys.create({ team, name: 'Unlocked', privateKey: opened });
    expect(again.fingerprint).toBe(key.fingerprint);
  });

  it('ok: no read gives the private half back', async () => {
    const answers = JSON.stringify([
      await member.call.sshKeys.list({ team }),
      await member.call.sshKeys.get({ team, id: (await member.call.sshKeys.list({ team }))[0]?.id ?? '' }),
    ]);
    expect(answers).toContain('ssh-ed25519');
    expect(answers).not.toContain('PRIVATE');
    expect(answers).not.toContain('secretId');
  });

  it('invalid-input: says at the field what is wrong with a key or its passphrase', async () => {
    const create = (input: object) =>
      rejection(member.call.sshKeys.create({ team, name: 'Never', privateKey: 'nonsense', ...input }));
    expect((await create({})).fieldErrors).toHaveProperty('privateKey');
    expect((await create({ privateKey: lockedKey })).fieldErrors).toHaveProperty('passphrase');
    expect((await create({ privateKey: lockedKey, passphrase: 'wrong' })).fieldErrors).toHaveProperty('passphrase');
    expect((await create({ name: ' ' })).fieldErrors).toHaveProperty('name');
    expect((await create({ name: 'a\nb' })).fieldErrors).toHaveProperty('name');
    expect((await create({ privateKey: 'x'.repeat(70_000) })).fieldErrors).toHaveProperty('privateKey');
  });

  it('conflict: when the name is taken, also by a key that is made at the same time', async () => {
    await member.call.sshKeys.create({ team, name: 'Taken', privateKey });
    const refused = await rejection(member.call.sshKeys.create({ team, name: 'Taken', privateKey }));
    expect(refused).toMatchObject({ code: 'ssh.key-name-taken' });
    expect(refused.fieldErrors).toHaveProperty('name');
    const both = await Promise.allSettled([
      member.call.sshKeys.generate({ team, name: 'Race' }),
      member.call.sshKeys.generate({ team, name: 'Race' }),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.sshKeys.create({ team, name: 'No', privateKey }))).toMatchObject({
      code: 'auth.forbidden',
    });
  });

  it('not-found: for the team of somebody else', async () => {
    expect(await rejection(stranger.call.sshKeys.create({ team, name: 'No', privateKey }))).toMatchObject({
      code: 'team.not-found',
    });
  });
});

describe('sshKeys.generate', () => {
  it('ok: makes an Ed25519 key whose line names the team and the key', async () => {
    const key = await member.call.sshKeys.generate({ team, name: 'Edge hosts' });
    expect(key.publicKey).toMatch(new RegExp(`^ssh-ed25519 [A-Za-z0-9+/=]+ quaymaster-${team}-Edge-hosts$`));
    expect(await lastAudit()).toEqual({ action: 'ssh-key.generated', targetName: 'Edge hosts' });
    expect(await member.call.sshKeys.get({ team, id: key.id })).toEqual(key);
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.sshKeys.generate({ team, name: 'No' }))).toMatchObject({
      code: 'auth.forbidden',
    });
  });

  it('not-found: for the team of somebody else', async () => {
    expect(await rejection(stranger.call.sshKeys.generate({ team, name: 'No' }))).toMatchObject({
      code: 'team.not-found',
    });
  });
});

describe('sshKeys.list and sshKeys.get', () => {
  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.sshKeys.list({ team }))).toMatchObject({ code: 'auth.forbidden' });
    const id = '01900000-0000-7000-8000-000000000000';
    expect(await rejection(viewer.call.sshKeys.get({ team, id }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: for the key of another team', async () => {
    const { id } = await member.call.sshKeys.generate({ team, name: 'Ours' });
    const theirs = stranger.team.slug;
    expect(await rejection(stranger.call.sshKeys.get({ team: theirs, id }))).toMatchObject({
      code: 'ssh.key-not-found',
    });
    expect(await stranger.call.sshKeys.list({ team: theirs })).toEqual([]);
  });
});

describe('sshKeys.remove', () => {
  it('ok: removes the key and its sealed half', async () => {
    const { prisma } = console_.runtime.database;
    const before = await prisma.secret.count();
    const { id } = await member.call.sshKeys.generate({ team, name: 'Short-lived' });
    await member.call.sshKeys.remove({ team, id });
    expect(await prisma.secret.count()).toBe(before);
    expect(await rejection(member.call.sshKeys.get({ team, id }))).toMatchObject({ code: 'ssh.key-not-found' });
    expect(await lastAudit()).toEqual({ action: 'ssh-key.removed', targetName: 'Short-lived' });
  });

  it('conflict: while a machine is reached with it', async () => {
    const { id } = await member.call.sshKeys.generate({ team, name: 'In use' });
    await member.call.machines.create({
      team,
      name: 'key-user',
      driver: 'generic',
      options: { address: '192.0.2.1', sshKeyId: id },
    });
    expect(await rejection(member.call.sshKeys.remove({ team, id }))).toMatchObject({ code: 'ssh.key-in-use' });
    const listed = await member.call.sshKeys.list({ team });
    expect(listed.find((key) => key.id === id)?.machines).toEqual(['key-user']);
  });

  it('forbidden: for a viewer', async () => {
    const { id } = await member.call.sshKeys.generate({ team, name: 'Kept' });
    expect(await rejection(viewer.call.sshKeys.remove({ team, id }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: for the key of another team', async () => {
    const { id } = await member.call.sshKeys.generate({ team, name: 'Still ours' });
    expect(await rejection(stranger.call.sshKeys.remove({ team: stranger.team.slug, id }))).toMatchObject({
      code: 'ssh.key-not-found',
    });
    expect(await member.call.sshKeys.get({ team, id })).toMatchObject({ id });
  });
});
