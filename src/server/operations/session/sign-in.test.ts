import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { attemptLimits } from '@/server/auth/attempt-limit';

import { rejection } from '../../../../test/support/rejection';
import { setPassword } from '../../../../test/support/sign-up';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { signOut } from './end-session';
import { signIn, type SignInContext } from './sign-in';

const password = 'a long password';
const dayMs = 86_400_000;

let console_: TestConsole;
let member: TestMember;
let later: (() => Promise<void>)[];
let address = 0;

const context = (): SignInContext => ({
  runtime: console_.runtime,
  // An address of its own for each test, because the counters of an address outlive it.
  address: `2001:db8::${address}`,
  requestId: randomUUID(),
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  afterResponse: (work) => later.push(work),
});

const attempt = (email: string, given: string) => signIn(context(), { email, password: given });

const actions = async (teamId = member.team.id) => {
  const rows = await console_.runtime.database.prisma.auditEvent.findMany({
    where: { teamId },
    orderBy: { seq: 'asc' },
    select: { action: true, actorId: true },
  });
  return rows.map(({ action, actorId }) => [action, actorId]);
};

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  address += 1;
  later = [];
  member = await console_.seedMember(await console_.seedTeam());
  await setPassword(console_, member, password);
});

describe('signing in', () => {
  it('opens a session that lasts 30 days and tells the teams', async () => {
    const { sessionId } = await attempt(member.user.email, password);
    const row = await console_.runtime.database.prisma.session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(row).toMatchObject({
      userId: member.user.id,
      lastSeenAt: console_.clock.now(),
      expiresAt: new Date(console_.clock.now().getTime() + 30 * dayMs),
      revokedAt: null,
      address: `2001:db8::${address}`,
    });
    expect(row.userAgent).toContain('Firefox');
    expect(await actions()).toEqual([['session.started', member.user.id]]);
  });

  it('tells every team of the person', async () => {
    const second = await console_.seedTeam();
    await console_.runtime.database.prisma.membership.create({
      data: { teamId: second.id, userId: member.user.id, role: 'viewer' },
    });
    await attempt(member.user.email, password);
    expect(await actions(second.id)).toEqual([['session.started', member.user.id]]);
  });

  it('answers a wrong password and an unknown account alike', async () => {
    const wrong = await attempt(member.user.email, 'a wrong password').catch((error: unknown) => error);
    const unknown = await attempt('nobody@example.test', password).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: 'auth.credentials-rejected' });
    expect((unknown as Error).message).toBe((wrong as Error).message);
    expect(await console_.runtime.database.prisma.session.count({ where: { userId: member.user.id } })).toBe(0);
  });

  // Written before the answer, it would make the answer for a known account slower than for an unknown one.
  it('tells the teams of a refusal, after the answer, as by nobody known', async () => {
    await rejection(attempt(member.user.email, 'a wrong password'));
    expect(await actions()).toEqual([]);
    expect(later).toHaveLength(1);
    await later[0]?.();
    expect(await actions()).toEqual([['session.refused', null]]);
  });

  it('is refused after too many wrong passwords, with the right one as well', async () => {
    for (let wrong = 0; wrong < attemptLimits.account.points; wrong += 1) {
      await rejection(attempt(member.user.email, `guess ${wrong}`));
    }
    expect(await rejection(attempt(member.user.email, password))).toMatchObject({ code: 'auth.too-many-attempts' });
  });

  it('does not run into the limit with the right password, however often', async () => {
    for (let time = 0; time <= attemptLimits.account.points; time += 1) {
      await attempt(member.user.email, password);
    }
    expect(await console_.runtime.database.prisma.session.count({ where: { userId: member.user.id } })).toBe(
      attemptLimits.account.points + 1,
    );
  });

  it("takes the person's ended and old sessions out of the table", async () => {
    const { sessionId } = await attempt(member.user.email, password);
    await signOut(context(), sessionId);
    await attempt(member.user.email, password);
    console_.clock.advance(30 * dayMs + 1);
    await attempt(member.user.email, password);
    expect(await console_.runtime.database.prisma.session.count({ where: { userId: member.user.id } })).toBe(1);
  });
});

describe('signing out', () => {
  it('ends the session and tells the teams, once', async () => {
    const { sessionId } = await attempt(member.user.email, password);
    await signOut(context(), sessionId);
    await signOut(context(), sessionId);
    const row = await console_.runtime.database.prisma.session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(row.revokedAt).toEqual(console_.clock.now());
    expect(await actions()).toEqual([
      ['session.started', member.user.id],
      ['session.ended', member.user.id],
    ]);
  });

  it('of a session that is not there does nothing', async () => {
    await signOut(context(), randomUUID());
    expect(await actions()).toEqual([]);
  });
});
