import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { sessionTokenSecret } from '@/server/auth/session-cookie';
import { seedJob, type SeededJob, seedLines } from '@/server/operations/jobs/jobs.test-support';
import { setRuntime } from '@/server/runtime';

import {
  createTestConsole,
  type TestConsole,
  type TestMember,
} from '../../../../../../../../test/support/test-console';
import { GET } from './route';

let console_: TestConsole;
let member: TestMember;
let outsider: TestMember;
let job: SeededJob;

beforeAll(async () => {
  console_ = await createTestConsole();
  setRuntime(console_.runtime);
  member = await console_.seedMember(await console_.seedTeam(), 'viewer');
  outsider = await console_.seedMember(await console_.seedTeam());
  job = await seedJob(console_, member, {
    kind: 'machine.create',
    state: 'failed',
    steps: [
      ['connect', 'succeeded'],
      ['install-engine', 'failed'],
    ],
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
  const token = await encode({ token: { sid: id }, secret: sessionTokenSecret(console_.runtime) });
  return `next-auth.session-token=${token}`;
};

const download = async (input: { who?: TestMember; team?: string; id?: string; query?: string }) => {
  const { who, team = member.team.slug, id = job.id, query = '' } = input;
  const url = `http://127.0.0.1:3000/api/teams/${team}/jobs/${id}/log${query}`;
  const request = new Request(url, { headers: who ? { cookie: await cookieOf(who) } : {} });
  const response = await GET(request, { params: Promise.resolve({ team, job: id }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

it('ok: sends every line once, in order, as a file of plain text', async () => {
  const texts = Array.from({ length: 2500 }, (_, index) => `\u001B[32mline\u001B[0m ${index + 1}`);
  await seedLines(
    console_,
    job,
    texts.map((text, index) => ({ text, step: index < 2 ? 0 : 1 })),
  );
  const { status, headers, text } = await download({ who: member });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(headers.get('content-disposition')).toBe(
    'attachment; filename="edge-1_machine.create_2026-11-22T12-00-00Z.log"',
  );
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  expect(lines).toEqual(
    texts.map((_, index) => `2026-11-22T12:00:00.000Z  ${index < 2 ? 'connect' : 'install-engine'}  line ${index + 1}`),
  );
});

it('ok: keeps the colour codes where that is asked for', async () => {
  const { text } = await download({ who: member, query: '?ansi=1' });
  expect(text).toContain('\u001B[32mline\u001B[0m 1\n');
});

it('unauthenticated: nobody has signed in', async () => {
  expect(await download({})).toMatchObject({ status: 401 });
});

it("not-found: another team's job, and another team", async () => {
  expect(await download({ who: outsider })).toMatchObject({ status: 404 });
  const { status, text } = await download({ who: outsider, team: outsider.team.slug });
  expect(status).toBe(404);
  expect(text).not.toContain('line');
});

it('invalid-input: an id that is none', async () => {
  expect(await download({ who: member, id: '../../etc/passwd' })).toMatchObject({ status: 400 });
});
