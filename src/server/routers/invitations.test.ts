import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Role } from '@/lib/role';
import { verifyPassword } from '@/server/auth/password';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

const weekMs = 7 * 86_400_000;

let console_: TestConsole;
let team: string;
let owner: TestMember;
let admin: TestMember;
let member: TestMember;
let stranger: TestMember;

const prisma = () => console_.runtime.database.prisma;

const tokenOf = ({ path }: { path: string }) => path.replace('/invite/', '');

const invite = async (role: Role, email?: string) => {
  const made = await admin.call.invitations.create({ team, role, email });
  return { id: made.id, token: tokenOf(made) };
};

let people = 0;
const person = () => {
  people += 1;
  return { name: 'Grace Hopper', email: `grace-${people}@example.test`, password: 'a long password' };
};

const lastEvent = () =>
  prisma().auditEvent.findFirst({
    where: { teamId: owner.team.id },
    orderBy: { seq: 'desc' },
    select: { action: true, actorId: true, targetName: true, before: true, after: true },
  });

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ team, owner, admin, member, stranger } = await console_.seedCrew('owner', 'admin', 'member', 'stranger'));
});

describe('invitations.create', () => {
  it('ok: gives a link that is told once; stored is its hash', async () => {
    const made = await admin.call.invitations.create({ team, role: 'member', email: 'Grace@Example.test' });
    expect(made.path).toMatch(/^\/invite\/[\w-]{43}$/);
    expect(made.expiresAt.getTime()).toBe(console_.clock.now().getTime() + weekMs);
    const stored = [await prisma().invitation.findMany(), await prisma().auditEvent.findMany()];
    expect(JSON.stringify(stored)).not.toContain(tokenOf(made));
    expect(await lastEvent()).toMatchObject({
      action: 'member.invited',
      actorId: admin.user.id,
      targetName: 'grace@example.test',
      after: { role: 'member' },
    });
  });

  it('forbidden: a role above the own', async () => {
    const refused = await rejection(admin.call.invitations.create({ team, role: 'owner' }));
    expect(refused).toMatchObject({ code: 'auth.forbidden' });
  });

  it('forbidden: a member invites nobody', async () => {
    const refused = await rejection(member.call.invitations.create({ team, role: 'viewer' }));
    expect(refused).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: another team', async () => {
    const refused = await rejection(stranger.call.invitations.create({ team, role: 'viewer' }));
    expect(refused).toMatchObject({ code: 'team.not-found' });
  });

  it('conflict: somebody who is in the team', async () => {
    const refused = await rejection(admin.call.invitations.create({ team, role: 'viewer', email: member.user.email }));
    expect(refused).toMatchObject({ code: 'member.already', fieldErrors: { email: expect.any(String) as string } });
  });

  it.each([
    ['role', { role: 'root' as Role }],
    ['email', { email: 'nobody' }],
    ['email', { email: `${'a'.repeat(400)}@example.test` }],
    ['email', { email: ['a@example.test'] as unknown as string }],
  ])('invalid-input: a wrong %s stands at its field', async (field, wrong) => {
    const refused = await rejection(admin.call.invitations.create({ team, role: 'viewer', ...wrong }));
    expect(refused.code).toBe('input.invalid');
    expect(Object.keys(refused.fieldErrors)).toEqual([field]);
  });

  it('unauthenticated: is for signed-in people', async () => {
    const refused = await rejection(console_.stranger.invitations.create({ team, role: 'viewer' }));
    expect(refused).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('invitations.list', () => {
  it('ok: shows what is still open, without any secret', async () => {
    const open = await invite('viewer', 'grace@example.test');
    const used = await invite('viewer');
    await console_.stranger.invitations.signUp({ ...person(), token: used.token });
    const revoked = await invite('viewer');
    await admin.call.invitations.revoke({ team, id: revoked.id });
    const rows = await admin.call.invitations.list({ team });
    expect(rows).toMatchObject([
      { id: open.id, email: 'grace@example.test', role: 'viewer', invitedBy: admin.user.name },
    ]);
    expect(JSON.stringify(rows)).not.toContain('tokenHash');
  });

  it('forbidden: a member, who would see the addresses of strangers', async () => {
    expect(await rejection(member.call.invitations.list({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: another team', async () => {
    expect(await rejection(stranger.call.invitations.list({ team }))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('invitations.revoke', () => {
  it('ok: the link is worth nothing from then on', async () => {
    const { id, token } = await invite('member');
    await admin.call.invitations.revoke({ team, id });
    expect(await rejection(console_.stranger.invitations.describe({ token }))).toMatchObject({
      code: 'auth.link-invalid',
    });
    expect(await lastEvent()).toMatchObject({ action: 'member.invitation-revoked', before: { role: 'member' } });
  });

  it("not-found: one that was used, and another team's", async () => {
    const { id, token } = await invite('member');
    expect(await rejection(stranger.call.invitations.revoke({ team: stranger.team.slug, id }))).toMatchObject({
      code: 'invitation.not-found',
    });
    await console_.stranger.invitations.signUp({ ...person(), token });
    expect(await rejection(admin.call.invitations.revoke({ team, id }))).toMatchObject({
      code: 'invitation.not-found',
    });
  });

  it('not-found: another team', async () => {
    const { id } = await invite('member');
    expect(await rejection(stranger.call.invitations.revoke({ team, id }))).toMatchObject({ code: 'team.not-found' });
  });

  it('forbidden: a member, and an admin for an invitation as owner', async () => {
    const made = await owner.call.invitations.create({ team, role: 'owner' });
    for (const by of [member, admin]) {
      expect(await rejection(by.call.invitations.revoke({ team, id: made.id }))).toMatchObject({
        code: 'auth.forbidden',
      });
    }
  });

  it('invalid-input: an id that is none', async () => {
    expect(await rejection(admin.call.invitations.revoke({ team, id: '1' }))).toMatchObject({ code: 'input.invalid' });
  });
});

describe('invitations.describe', () => {
  it('ok: tells whoever holds the link what it offers', async () => {
    const { token } = await invite('member', 'grace@example.test');
    expect(await console_.stranger.invitations.describe({ token })).toMatchObject({
      team: { slug: team, name: `Team ${team}` },
      role: 'member',
      invitedBy: admin.user.name,
      email: 'grace@example.test',
    });
  });

  it('precondition: a link is worth nothing after 7 days', async () => {
    const { token } = await invite('member');
    console_.clock.advance(weekMs - 1);
    await console_.stranger.invitations.describe({ token });
    console_.clock.advance(1);
    expect(await rejection(console_.stranger.invitations.describe({ token }))).toMatchObject({
      code: 'auth.link-invalid',
    });
  });

  it('invalid-input: a token that is none', async () => {
    expect(await rejection(console_.stranger.invitations.describe({ token: 'x' }))).toMatchObject({
      code: 'input.invalid',
    });
  });
});

describe('invitations.signUp', () => {
  it('ok: makes the account, the membership with its role, and its client CA', async () => {
    const { token } = await invite('viewer');
    const grace = person();
    expect(await console_.stranger.invitations.signUp({ ...grace, token })).toEqual({ team });
    const user = await prisma().user.findUniqueOrThrow({
      where: { email: grace.email },
      select: { id: true, name: true, password: true, memberships: { select: { id: true, role: true, teamId: true } } },
    });
    expect(user).toMatchObject({ name: grace.name, memberships: [{ role: 'viewer', teamId: owner.team.id }] });
    expect(await verifyPassword(user.password?.hash, grace.password)).toBe(true);
    const membershipId = user.memberships[0]?.id ?? '';
    expect(await prisma().authority.findMany({ where: { membershipId } })).toMatchObject([{ kind: 'client' }]);
    expect(await lastEvent()).toMatchObject({ action: 'member.joined', actorId: user.id, after: { role: 'viewer' } });
  });

  it('precondition: a link works once, also for two at once', async () => {
    const { token } = await invite('viewer');
    const outcomes = await Promise.allSettled([
      console_.stranger.invitations.signUp({ ...person(), token }),
      console_.stranger.invitations.signUp({ ...person(), token }),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    const late = console_.stranger.invitations.signUp({ ...person(), token });
    expect(await rejection(late)).toMatchObject({ code: 'auth.link-invalid' });
    expect(await prisma().membership.count({ where: { teamId: owner.team.id } })).toBe(4);
  });

  it('precondition: a link for one address is not for another', async () => {
    const { token } = await invite('viewer', 'grace@example.test');
    const refused = await rejection(console_.stranger.invitations.signUp({ ...person(), token }));
    expect(refused).toMatchObject({ code: 'auth.link-invalid', fieldErrors: { email: expect.any(String) as string } });
  });

  // Otherwise a link would be a way to set the password of somebody else's account.
  it('conflict: an address that has an account signs in instead; the account stays as it is', async () => {
    const { token } = await invite('admin');
    const refused = await rejection(
      console_.stranger.invitations.signUp({ ...person(), email: stranger.user.email.toUpperCase(), token }),
    );
    expect(refused).toMatchObject({ code: 'member.email-taken', fieldErrors: { email: expect.any(String) as string } });
    expect(await prisma().userPassword.count({ where: { userId: stranger.user.id } })).toBe(0);
    await console_.stranger.invitations.describe({ token });
  });

  it.each([
    ['name', { name: '' }],
    ['email', { email: 'grace' }],
    ['password', { password: 'short' }],
    ['role', { role: 'owner' }],
  ])('invalid-input: a wrong %s stands at its field', async (field, wrong) => {
    const { token } = await invite('viewer');
    const refused = await rejection(console_.stranger.invitations.signUp({ ...person(), token, ...wrong }));
    expect(refused.code).toBe('input.invalid');
    expect(Object.keys(refused.fieldErrors)).toEqual([field]);
  });
});

describe('invitations.join', () => {
  it('ok: a person with an account joins one more team', async () => {
    const { token } = await invite('member', stranger.user.email);
    expect(await stranger.call.invitations.join({ token })).toEqual({ team });
    expect(await stranger.call.team.get({ team })).toMatchObject({ role: 'member' });
    expect(await lastEvent()).toMatchObject({ action: 'member.joined', actorId: stranger.user.id });
  });

  it('conflict: a member keeps the role; the link stays for somebody else', async () => {
    const { token } = await invite('admin');
    expect(await rejection(member.call.invitations.join({ token }))).toMatchObject({ code: 'member.already' });
    await console_.stranger.invitations.describe({ token });
  });

  it('precondition: a link for one address is not for another', async () => {
    const { token } = await invite('viewer', 'grace@example.test');
    expect(await rejection(stranger.call.invitations.join({ token }))).toMatchObject({ code: 'auth.link-invalid' });
  });

  it('unauthenticated: is for signed-in people', async () => {
    const { token } = await invite('viewer');
    expect(await rejection(console_.stranger.invitations.join({ token }))).toMatchObject({
      code: 'auth.sign-in-required',
    });
  });

  it('invalid-input: a token that is none', async () => {
    expect(await rejection(stranger.call.invitations.join({ token: 'x'.repeat(500) }))).toMatchObject({
      code: 'input.invalid',
    });
  });
});
