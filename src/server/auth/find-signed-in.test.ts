import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { findSignedIn } from './find-signed-in';
import { sessionTokenSecret } from './session-cookie';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let console_: TestConsole;
let member: TestMember;
let sessionId: string;

const cookieFor = async (sid: string, { secret = sessionTokenSecret(console_.runtime), isSecure = false } = {}) => {
  const token = await encode({ token: { sid }, secret });
  return `theme=dark; ${isSecure ? '__Secure-' : ''}next-auth.session-token=${token}`;
};

const signedInBy = (cookie: string) => findSignedIn(console_.runtime, new Headers({ cookie }));

const lastSeenAt = async () => {
  const row = await console_.runtime.database.prisma.session.findUniqueOrThrow({ where: { id: sessionId } });
  return row.lastSeenAt;
};

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());

beforeEach(async () => {
  const now = console_.clock.now();
  const row = await console_.runtime.database.prisma.session.create({
    data: {
      userId: member.user.id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + 30 * dayMs),
    },
    select: { id: true },
  });
  sessionId = row.id;
});

describe('the session of a request', () => {
  it.each([false, true])('is read from the cookie, the one for https included (%s)', async (isSecure) => {
    expect(await signedInBy(await cookieFor(sessionId, { isSecure }))).toEqual({ sessionId, user: member.user });
  });

  it.each([
    ['no cookie', () => ''],
    ['a cookie of garbage', () => 'next-auth.session-token=garbage'],
    ['a token sealed with another key', () => cookieFor(sessionId, { secret: 'another' })],
    ['a token for a session that is not there', () => cookieFor('018f0000-0000-7000-8000-000000000000')],
  ])('is none with %s', async (_what, cookie) => {
    expect(await signedInBy(await cookie())).toBeNull();
  });

  it('is none from the moment it was ended, though the cookie is as good as before', async () => {
    const cookie = await cookieFor(sessionId);
    await console_.runtime.database.prisma.session.update({
      where: { id: sessionId },
      data: { revokedAt: console_.clock.now() },
    });
    expect(await signedInBy(cookie)).toBeNull();
  });

  it('ends after 7 days without a request', async () => {
    const cookie = await cookieFor(sessionId);
    console_.clock.advance(7 * dayMs - 1);
    expect(await signedInBy(cookie)).not.toBeNull();
    console_.clock.advance(7 * dayMs);
    expect(await signedInBy(cookie)).toBeNull();
  });

  it('ends after 30 days however much it is used', async () => {
    const cookie = await cookieFor(sessionId);
    for (let week = 1; week <= 5; week += 1) {
      console_.clock.advance(6 * dayMs - 1);
      expect(await signedInBy(cookie)).not.toBeNull();
    }
    console_.clock.advance(5);
    expect(await signedInBy(cookie)).toBeNull();
  });

  it('notes when it was seen, but not more than every 5 minutes', async () => {
    const cookie = await cookieFor(sessionId);
    const start = await lastSeenAt();
    console_.clock.advance(5 * minuteMs - 1);
    await signedInBy(cookie);
    expect(await lastSeenAt()).toEqual(start);
    console_.clock.advance(1);
    await signedInBy(cookie);
    expect(await lastSeenAt()).toEqual(console_.clock.now());
  });
});
