import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Role } from '@/lib/role';
import { ensureAuthority } from '@/server/operations/pki/ensure-authority';

import { rejection } from '../../../test/support/rejection';
import { openSession } from '../../../test/support/sign-up';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let team: string;
let owner: TestMember;
let admin: TestMember;
let member: TestMember;
let viewer: TestMember;
let stranger: TestMember;

const roleOf = async (of: TestMember) => {
  const row = await console_.runtime.database.prisma.membership.findUnique({ where: { id: of.actor.membershipId } });
  return row?.role;
};

const lastEvent = () =>
  console_.runtime.database.prisma.auditEvent.findFirst({
    where: { teamId: owner.team.id },
    orderBy: { seq: 'desc' },
    select: { action: true, actorId: true, targetName: true, before: true, after: true },
  });

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ team, owner, admin, member, viewer, stranger } = await console_.seedCrew(
    'owner',
    'admin',
    'member',
    'viewer',
    'stranger',
  ));
});

describe('team.members', () => {
  it('ok: lists everybody of this team with role and when they were last seen', async () => {
    await openSession(console_, member);
    const rows = await viewer.call.team.members({ team });
    const byEmail = new Map(rows.map((row) => [row.email, row]));
    expect([...byEmail.keys()].sort()).toEqual([owner, admin, member, viewer].map((each) => each.user.email).sort());
    expect(byEmail.get(member.user.email)).toMatchObject({
      id: member.actor.membershipId,
      role: 'member',
      isYou: false,
      lastSeenAt: console_.clock.now(),
    });
    expect(byEmail.get(viewer.user.email)).toMatchObject({ isYou: true, lastSeenAt: null });
  });

  it('not-found: another team', async () => {
    expect(await rejection(stranger.call.team.members({ team }))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('team.changeRole', () => {
  const change = (by: TestMember, of: TestMember, role: Role) =>
    by.call.team.changeRole({ team, memberId: of.actor.membershipId, role });

  it('ok: gives another role and records both', async () => {
    await change(admin, member, 'admin');
    expect(await roleOf(member)).toBe('admin');
    expect(await lastEvent()).toMatchObject({
      action: 'member.role-changed',
      targetName: member.user.name,
      before: { role: 'member' },
      after: { role: 'admin' },
    });
  });

  it('ok: an owner may step back while there is another', async () => {
    await change(owner, admin, 'owner');
    await change(owner, owner, 'member');
    expect(await roleOf(owner)).toBe('member');
  });

  it('conflict: the last owner stays owner', async () => {
    expect(await rejection(change(owner, owner, 'admin'))).toMatchObject({ code: 'member.last-owner' });
    expect(await roleOf(owner)).toBe('owner');
  });

  // Each would see the other as the one who stays, if the changes were not one after the other.
  it('conflict: two owners who step back at once leave one owner', async () => {
    await change(owner, admin, 'owner');
    await Promise.allSettled([change(owner, owner, 'member'), change(admin, admin, 'member')]);
    expect([await roleOf(owner), await roleOf(admin)].sort()).toEqual(['member', 'owner']);
  });

  it.each([
    ['makes nobody owner', () => change(admin, member, 'owner')],
    ['takes no role from an owner', () => change(admin, owner, 'viewer')],
  ])('forbidden: an admin %s', async (_what, call) => {
    expect(await rejection(call())).toMatchObject({ code: 'auth.forbidden' });
  });

  it('forbidden: a member', async () => {
    expect(await rejection(change(member, member, 'admin'))).toMatchObject({ code: 'auth.forbidden' });
  });

  it("not-found: another team, and another team's member in one's own", async () => {
    expect(await rejection(change(stranger, member, 'viewer'))).toMatchObject({ code: 'team.not-found' });
    expect(await rejection(change(owner, stranger, 'viewer'))).toMatchObject({ code: 'member.not-found' });
    expect(await roleOf(stranger)).toBe('owner');
  });

  it('invalid-input: a role that there is not', async () => {
    expect(await rejection(change(owner, member, 'root' as Role))).toMatchObject({ code: 'input.invalid' });
  });
});

describe('team.removeMember', () => {
  const remove = (by: TestMember, of: TestMember) =>
    by.call.team.removeMember({ team, memberId: of.actor.membershipId });

  const seedMachine = async (name: string, state: 'running' | 'removing') => {
    const machine = await console_.runtime.database.prisma.machine.create({
      data: { teamId: owner.team.id, name, driver: 'seeded', options: {}, engineSettings: {}, state },
      select: { id: true },
    });
    await console_.runtime.database.prisma.admission.create({
      data: { teamId: owner.team.id, machineId: machine.id, membershipId: member.actor.membershipId },
    });
    return machine.id;
  };

  it('ok: the member sees the team no more, from the next call on', async () => {
    await remove(admin, member);
    expect(await rejection(member.call.team.get({ team }))).toMatchObject({ code: 'team.not-found' });
    expect(await lastEvent()).toMatchObject({
      action: 'member.removed',
      targetName: member.user.name,
      before: { email: member.user.email, role: 'member' },
    });
  });

  it('ok: every machine that admitted the member is told, and the receipt says what else was shut', async () => {
    const running = await seedMachine('edge-1', 'running');
    await seedMachine('edge-2', 'removing');
    const { changeId } = await remove(admin, member);
    const { prisma } = console_.runtime.database;
    const change = await prisma.accessChange.findUniqueOrThrow({
      where: { id: changeId ?? '' },
      include: { receipts: true },
    });
    expect(change).toMatchObject({ kind: 'offboard', subject: member.user.email, reason: 'affiliationChanged' });
    expect(change.receipts.map((receipt) => receipt.machineName)).toEqual(['edge-1']);
    expect(console_.queue.deliveries.at(-1)).toMatchObject({ key: running });
    expect(await prisma.admission.count({ where: { machineId: running } })).toBe(0);
  });

  it('ok: certificates are revoked and stay as history; the CA that signed them can sign no more', async () => {
    const { prisma } = console_.runtime.database;
    const scope = { runtime: console_.runtime, teamId: owner.team.id };
    const authority = await ensureAuthority(scope, { kind: 'client', membershipId: member.actor.membershipId });
    const certificate = await prisma.certificate.create({
      data: {
        teamId: owner.team.id,
        authorityId: authority.id,
        kind: 'client',
        serial: '01',
        fingerprint: 'AB',
        subject: 'CN=laptop',
        sans: [],
        pem: 'pem',
        notBefore: console_.clock.now(),
        notAfter: console_.clock.now(),
        membershipId: member.actor.membershipId,
      },
      select: { id: true },
    });
    await remove(admin, member);
    const row = await prisma.certificate.findUnique({ where: { id: certificate.id } });
    expect(row).toMatchObject({ status: 'revoked', revokedAt: console_.clock.now(), membershipId: null });
    expect(await prisma.secret.count({ where: { id: authority.secretId } })).toBe(0);
  });

  it('ok: the account and its other teams stay', async () => {
    await remove(admin, member);
    expect(await member.call.session.me()).toEqual({ user: member.user, teams: [], isOperator: false });
  });

  it('ok: a viewer may leave', async () => {
    await remove(viewer, viewer);
    expect(await roleOf(viewer)).toBeUndefined();
    expect(await lastEvent()).toMatchObject({ action: 'member.left', actorId: viewer.user.id });
  });

  it('conflict: the last owner can neither be removed nor leave', async () => {
    expect(await rejection(remove(owner, owner))).toMatchObject({ code: 'member.last-owner' });
    expect(await roleOf(owner)).toBe('owner');
  });

  it('forbidden: a member removes nobody else', async () => {
    expect(await rejection(remove(member, viewer))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('forbidden: an admin removes no owner', async () => {
    expect(await rejection(remove(admin, owner))).toMatchObject({ code: 'auth.forbidden' });
    expect(await roleOf(owner)).toBe('owner');
  });

  it("not-found: another team, and another team's member in one's own", async () => {
    expect(await rejection(remove(stranger, member))).toMatchObject({ code: 'team.not-found' });
    expect(await rejection(remove(owner, stranger))).toMatchObject({ code: 'member.not-found' });
    expect(await roleOf(stranger)).toBe('owner');
  });

  it('invalid-input: an id that is none', async () => {
    const refused = await rejection(owner.call.team.removeMember({ team, memberId: 'x'.repeat(5000) }));
    expect(refused).toMatchObject({ code: 'input.invalid' });
  });
});
