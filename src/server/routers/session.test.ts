import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { verifyPassword } from '@/server/auth/password';

import { rejection } from '../../../test/support/rejection';
import { openSession, setPassword } from '../../../test/support/sign-up';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

const password = 'the old password';

let console_: TestConsole;
let member: TestMember;
let other: TestMember;
let here: Awaited<ReturnType<typeof openSession>>;
let elsewhere: Awaited<ReturnType<typeof openSession>>;

const revokedAt = async (id: string) => {
  const row = await console_.runtime.database.prisma.session.findUniqueOrThrow({ where: { id } });
  return row.revokedAt;
};

const lastEvent = () =>
  console_.runtime.database.prisma.auditEvent.findFirst({
    where: { teamId: member.team.id },
    orderBy: { seq: 'desc' },
    select: { action: true, actorId: true, before: true, after: true },
  });

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ viewer: member, owner: other } = await console_.seedCrew('viewer', 'owner'));
  await setPassword(console_, member, password);
  here = await openSession(console_, member);
  elsewhere = await openSession(console_, member);
});

describe('session.me', () => {
  it('ok: tells who is signed in, with the teams and roles of this person only', async () => {
    expect(await here.call.session.me()).toEqual({
      user: member.user,
      isOperator: false,
      teams: [{ slug: member.team.slug, name: `Team ${member.team.slug}`, role: 'viewer' }],
    });
  });

  it('unauthenticated: tells strangers nothing', async () => {
    expect(await rejection(console_.stranger.session.me())).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('session.list', () => {
  it('ok: lists the own browsers that are signed in, this one marked', async () => {
    await openSession(console_, other);
    const rows = await here.call.session.list();
    expect(rows.map(({ id, isCurrent }) => [id, isCurrent]).sort()).toEqual(
      [
        [here.id, true],
        [elsewhere.id, false],
      ].sort(),
    );
  });

  it('ok: leaves out what was ended', async () => {
    await here.call.session.end({ id: elsewhere.id });
    expect((await here.call.session.list()).map((row) => row.id)).toEqual([here.id]);
  });

  it('unauthenticated: is for signed-in people', async () => {
    expect(await rejection(console_.stranger.session.list())).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('session.end', () => {
  it('ok: ends the browser and tells the teams', async () => {
    await here.call.session.end({ id: elsewhere.id });
    expect(await revokedAt(elsewhere.id)).toEqual(console_.clock.now());
    expect(await revokedAt(here.id)).toBeNull();
    expect(await lastEvent()).toMatchObject({ action: 'session.ended', actorId: member.user.id });
  });

  it("not-found: another person's session", async () => {
    const theirs = await openSession(console_, other);
    expect(await rejection(here.call.session.end({ id: theirs.id }))).toMatchObject({ code: 'session.not-found' });
    expect(await revokedAt(theirs.id)).toBeNull();
  });

  it('not-found: a session that has ended already', async () => {
    await here.call.session.end({ id: elsewhere.id });
    expect(await rejection(here.call.session.end({ id: elsewhere.id }))).toMatchObject({ code: 'session.not-found' });
  });

  it('invalid-input: an id that is none', async () => {
    const refused = await rejection(here.call.session.end({ id: "' or 1=1" }));
    expect(refused).toMatchObject({ code: 'input.invalid', fieldErrors: { id: expect.any(String) as string } });
  });

  it('unauthenticated: is for signed-in people', async () => {
    const refused = await rejection(console_.stranger.session.end({ id: here.id }));
    expect(refused).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('session.endOthers', () => {
  it('ok: ends all but the browser that asks', async () => {
    const third = await openSession(console_, member);
    const theirs = await openSession(console_, other);
    expect(await here.call.session.endOthers()).toEqual({ ended: 2 });
    expect(await revokedAt(third.id)).not.toBeNull();
    expect(await revokedAt(here.id)).toBeNull();
    expect(await revokedAt(theirs.id)).toBeNull();
  });

  it('unauthenticated: is for signed-in people', async () => {
    expect(await rejection(console_.stranger.session.endOthers())).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('session.rename', () => {
  it('ok: changes the own name and tells the teams', async () => {
    await here.call.session.rename({ name: ' Ada Lovelace ' });
    const row = await console_.runtime.database.prisma.user.findUniqueOrThrow({ where: { id: member.user.id } });
    expect(row.name).toBe('Ada Lovelace');
    expect(await lastEvent()).toMatchObject({
      action: 'user.renamed',
      before: { name: member.user.name },
      after: { name: 'Ada Lovelace' },
    });
  });

  it.each([
    ['empty', '  '],
    ['over-long', 'a'.repeat(81)],
    ['with a line break', 'Ada\nroot'],
    ['of another type', 7 as unknown as string],
  ])('invalid-input: a name %s', async (_what, name) => {
    expect(await rejection(here.call.session.rename({ name }))).toMatchObject({ code: 'input.invalid' });
  });

  it('unauthenticated: is for signed-in people', async () => {
    const refused = await rejection(console_.stranger.session.rename({ name: 'Eve' }));
    expect(refused).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('session.changePassword', () => {
  const change = { currentPassword: password, newPassword: 'the new password' };
  const stored = async () => {
    const row = await console_.runtime.database.prisma.userPassword.findUniqueOrThrow({
      where: { userId: member.user.id },
    });
    return row.hash;
  };

  it('ok: the new one holds, the old one does not, and every other browser is out', async () => {
    expect(await here.call.session.changePassword(change)).toEqual({ endedSessions: 1 });
    expect(await verifyPassword(await stored(), change.newPassword)).toBe(true);
    expect(await verifyPassword(await stored(), password)).toBe(false);
    expect(await revokedAt(elsewhere.id)).not.toBeNull();
    expect(await revokedAt(here.id)).toBeNull();
    const event = await lastEvent();
    expect(event).toMatchObject({ action: 'user.password-changed' });
    expect(JSON.stringify(event)).not.toContain('argon2');
  });

  it('invalid-input: a wrong current password stands at its field and changes nothing', async () => {
    const refused = await rejection(here.call.session.changePassword({ ...change, currentPassword: 'a guess' }));
    expect(refused).toMatchObject({
      code: 'auth.credentials-rejected',
      fieldErrors: { currentPassword: expect.any(String) as string },
    });
    expect(await verifyPassword(await stored(), password)).toBe(true);
    expect(await revokedAt(elsewhere.id)).toBeNull();
  });

  // A session left open on a shared computer must not become a place to guess the password.
  it('conflict: guesses are limited like attempts to sign in', async () => {
    for (let guess = 0; guess < 10; guess += 1) {
      await rejection(here.call.session.changePassword({ ...change, currentPassword: `guess ${guess}` }));
    }
    expect(await rejection(here.call.session.changePassword(change))).toMatchObject({ code: 'auth.too-many-attempts' });
  });

  it.each([
    ['short', 'ninechars'],
    ['over-long', 'x'.repeat(201)],
  ])('invalid-input: a new password that is %s', async (_what, newPassword) => {
    const refused = await rejection(here.call.session.changePassword({ ...change, newPassword }));
    expect(refused).toMatchObject({
      code: 'input.invalid',
      fieldErrors: { newPassword: expect.any(String) as string },
    });
  });

  it('unauthenticated: is for signed-in people', async () => {
    const refused = await rejection(console_.stranger.session.changePassword(change));
    expect(refused).toMatchObject({ code: 'auth.sign-in-required' });
  });
});
