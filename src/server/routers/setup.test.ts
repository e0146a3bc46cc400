import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { verifyPassword } from '@/server/auth/password';
import { ensureFirstAdmin } from '@/server/operations/setup/ensure-first-admin';
import { ensureSetupLink } from '@/server/operations/setup/ensure-setup-link';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole } from '../../../test/support/test-console';

const dayMs = 86_400_000;
const input = {
  name: 'Ada Lovelace',
  email: 'Ada@Example.test',
  password: 'a long password',
  teamName: 'Édge',
  teamSlug: 'edge',
};

let console_: TestConsole;

const newToken = async () => {
  const link = await ensureSetupLink(console_.runtime);
  const token = new URL(link ?? '').searchParams.get('token');
  if (token === null) throw new Error('the link has no token');
  return token;
};

const prisma = () => console_.runtime.database.prisma;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

// A console that nobody has set up yet, again for each test.
beforeEach(async () => {
  await prisma().team.deleteMany();
  await prisma().user.deleteMany();
  await prisma().setting.deleteMany();
});

describe('the set-up link', () => {
  it('leads to the console at the address that people use', async () => {
    expect(await ensureSetupLink(console_.runtime)).toMatch(/^http:\/\/127\.0\.0\.1:3000\/setup\?token=[\w-]{43}$/);
  });

  it('is not stored, only its hash', async () => {
    const token = await newToken();
    expect(JSON.stringify(await prisma().setting.findMany())).not.toContain(token);
  });

  it('is none once there is an account', async () => {
    await console_.seedMember(await console_.seedTeam());
    expect(await ensureSetupLink(console_.runtime)).toBeNull();
  });
});

describe('setup.describe', () => {
  it('ok: tells a right link from a wrong and a missing one', async () => {
    const token = await newToken();
    expect(await console_.stranger.setup.describe({ token })).toBe('ready');
    expect(await console_.stranger.setup.describe({ token: 'x'.repeat(43) })).toBe('link-invalid');
    expect(await console_.stranger.setup.describe({})).toBe('link-missing');
  });

  it('ok: a link is worth nothing after 24 hours', async () => {
    const token = await newToken();
    console_.clock.advance(dayMs - 1);
    expect(await console_.stranger.setup.describe({ token })).toBe('ready');
    console_.clock.advance(1);
    expect(await console_.stranger.setup.describe({ token })).toBe('link-invalid');
  });

  it('ok: a newer link ends the one before', async () => {
    const first = await newToken();
    await newToken();
    expect(await console_.stranger.setup.describe({ token: first })).toBe('link-invalid');
  });

  it('invalid-input: an over-long token', async () => {
    const refused = await rejection(console_.stranger.setup.describe({ token: 'x'.repeat(201) }));
    expect(refused).toMatchObject({ code: 'input.invalid' });
  });
});

describe('setup.complete', () => {
  it('ok: makes the account, its team as owner, the three CAs and the event', async () => {
    const token = await newToken();
    expect(await console_.stranger.setup.complete({ ...input, token })).toEqual({ team: 'edge' });
    const user = await prisma().user.findUniqueOrThrow({
      where: { email: 'ada@example.test' },
      select: { password: true, memberships: { select: { id: true, role: true, team: true } } },
    });
    expect(await verifyPassword(user.password?.hash, input.password)).toBe(true);
    expect(user.memberships).toMatchObject([{ role: 'owner', team: { slug: 'edge', name: 'Édge' } }]);
    const authorities = await prisma().authority.findMany({ orderBy: { kind: 'asc' } });
    expect(authorities.map((row) => [row.kind, row.membershipId])).toEqual([
      ['engine', null],
      ['client', user.memberships[0]?.id],
      ['console', null],
    ]);
    expect(await prisma().auditEvent.findMany({ select: { action: true } })).toEqual([{ action: 'team.created' }]);
  });

  it('precondition: a link works once', async () => {
    const token = await newToken();
    await console_.stranger.setup.complete({ ...input, token });
    const again = console_.stranger.setup.complete({ ...input, email: 'eve@example.test', token });
    expect(await rejection(again)).toMatchObject({ code: 'auth.link-invalid' });
    expect(await prisma().user.count()).toBe(1);
  });

  it('conflict: of two at once one sets up', async () => {
    const token = await newToken();
    const outcomes = await Promise.allSettled([
      console_.stranger.setup.complete({ ...input, token }),
      console_.stranger.setup.complete({ ...input, email: 'eve@example.test', teamSlug: 'eve', token }),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await prisma().team.count()).toBe(1);
    expect(await prisma().authority.count()).toBe(3);
  });

  it('precondition: a wrong link makes nothing', async () => {
    await newToken();
    const refused = await rejection(console_.stranger.setup.complete({ ...input, token: 'x'.repeat(43) }));
    expect(refused).toMatchObject({ code: 'auth.link-invalid' });
    expect(await prisma().user.count()).toBe(0);
  });

  it.each([
    ['name', { name: 'a'.repeat(81) }],
    ['email', { email: 'ada' }],
    ['password', { password: 'short' }],
    ['teamName', { teamName: 'a\u0000b' }],
    ['teamSlug', { teamSlug: 'Edge Team' }],
    ['role', { role: 'owner' }],
    ['token', { token: 7 as unknown as string }],
  ])('invalid-input: a wrong %s stands at its field', async (field, wrong) => {
    const token = await newToken();
    const refused = await rejection(console_.stranger.setup.complete({ ...input, token, ...wrong }));
    expect(refused.code).toBe('input.invalid');
    expect(Object.keys(refused.fieldErrors)).toEqual([field]);
  });
});

describe('the first admin of the settings', () => {
  const withAdmin = () => ({
    ...console_.runtime,
    env: { ...console_.runtime.env, admin: { email: 'Root@Example.test', password: 'from the settings' } },
  });

  it('is made as owner of the team "Default", and no link is printed then', async () => {
    await ensureFirstAdmin(withAdmin());
    const rows = await prisma().membership.findMany({
      select: { role: true, team: { select: { slug: true, name: true } }, user: { select: { email: true } } },
    });
    expect(rows).toEqual([
      { role: 'owner', team: { slug: 'default', name: 'Default' }, user: { email: 'root@example.test' } },
    ]);
    expect(await ensureSetupLink(withAdmin())).toBeNull();
  });

  it('is left alone by the next start, with another password in the settings as well', async () => {
    await ensureFirstAdmin(withAdmin());
    const before = await prisma().userPassword.findFirstOrThrow();
    await ensureFirstAdmin(withAdmin());
    expect(await prisma().user.count()).toBe(1);
    expect(await prisma().userPassword.findFirstOrThrow()).toEqual(before);
  });

  it('is not made without the settings', async () => {
    await ensureFirstAdmin(console_.runtime);
    expect(await prisma().user.count()).toBe(0);
  });
});
