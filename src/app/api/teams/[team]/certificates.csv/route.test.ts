import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { sessionTokenSecret } from '@/server/auth/session-cookie';
import { ensureAuthority } from '@/server/operations/pki/ensure-authority';
import { setRuntime } from '@/server/runtime';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../../../test/support/test-console';
import { GET } from './route';

let console_: TestConsole;
let viewer: TestMember;
let outsider: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  setRuntime(console_.runtime);
  viewer = await console_.seedMember(await console_.seedTeam(), 'viewer');
  outsider = await console_.seedMember(await console_.seedTeam());
  const teamId = viewer.team.id;
  const authority = await ensureAuthority({ runtime: console_.runtime, teamId }, { kind: 'engine' });
  const now = console_.clock.now();
  const row = (index: number) => ({
    teamId,
    authorityId: authority.id,
    kind: 'client' as const,
    serial: `AA${String(index).padStart(4, '0')}`,
    fingerprint: `FF${String(index).padStart(4, '0')}`,
    subject: 'CN=someone',
    pem: 'pem',
    holderName: index === 7 ? '=HYPERLINK("https://evil.example","x")' : `Ana ${index}`,
    comment: index === 7 ? '+1, "quoted"' : null,
    notBefore: now,
    notAfter: new Date(now.getTime() + 86_400_000),
    createdAt: new Date(now.getTime() + index),
  });
  await console_.runtime.database.prisma.certificate.createMany({
    data: Array.from({ length: 250 }, (_, index) => row(index)),
  });
});
afterAll(async () => {
  setRuntime(undefined);
  await console_.close();
});

const cookieOf = async (who: TestMember): Promise<string> => {
  const now = console_.clock.now();
  const { id } = await console_.runtime.database.prisma.session.create({
    data: { userId: who.user.id, createdAt: now, lastSeenAt: now, expiresAt: new Date(now.getTime() + 86_400_000) },
    select: { id: true },
  });
  return `next-auth.session-token=${await encode({ token: { sid: id }, secret: sessionTokenSecret(console_.runtime) })}`;
};

const download = async (who: TestMember | null, query = '') => {
  const team = viewer.team.slug;
  const request = new Request(`http://127.0.0.1:3000/api/teams/${team}/certificates.csv${query}`, {
    headers: who ? { cookie: await cookieOf(who) } : {},
  });
  const response = await GET(request, { params: Promise.resolve({ team }) });
  const text = await response.text();
  return { response, lines: text.split('\r\n') };
};

it('ok: holds every certificate once, over several pages, in the order asked for', async () => {
  const { response, lines } = await download(viewer, '?order=asc');
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toContain(`${viewer.team.slug}-certificates.csv`);
  expect(lines[0]).toContain('"state","kind","holder"');
  const serials = lines.slice(1, -1).map((line) => /"(AA\d{4})"/.exec(line)?.[1]);
  expect(serials).toEqual(Array.from({ length: 250 }, (_, index) => `AA${String(index).padStart(4, '0')}`));
});

it('ok: follows the filter, and no cell is a formula', async () => {
  const { lines } = await download(viewer, '?q=AA0007&state=active');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(`"'=HYPERLINK(""https://evil.example"",""x"")"`);
  expect(lines[1]).toContain(`"'+1, ""quoted"""`);
});

it('answers others with a sentence and the fitting status', async () => {
  const answers = [await download(null), await download(outsider), await download(viewer, '?state=lost')];
  expect(answers.map(({ response }) => response.status)).toEqual([401, 404, 400]);
  for (const { lines } of answers) expect(lines.join('')).not.toContain('AA00');
});
