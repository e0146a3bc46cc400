import { afterAll, beforeAll, expect, it } from 'vitest';

import { createCaller } from '@/server/routers/root';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { createLog } from './log';
import { withLogContext } from './log-context';

let console_: TestConsole;
let owner: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  owner = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());

const notedLog = () => {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  return { log: createLog('info', { write }), lines };
};

const callerWith = (log: ReturnType<typeof createLog>, overrides: Partial<TestConsole['runtime']> = {}) =>
  createCaller({
    runtime: { ...console_.runtime, ...overrides, log },
    address: '192.0.2.10',
    requestId: 'request-7',
    signedIn: { sessionId: 'session', user: owner.user },
  });

it('says of each line which job it belongs to, however deep it is written', async () => {
  const { log, lines } = notedLog();
  await withLogContext({ jobId: 'job-1', kind: 'machine.create' }, async () => {
    await Promise.resolve();
    log.info('deep');
  });
  log.info('outside');
  expect(lines[0]).toMatchObject({ msg: 'deep', jobId: 'job-1', kind: 'machine.create' });
  expect(lines[1]).not.toHaveProperty('jobId');
});

it('writes one line for a refused call, with request, team and user but no email address', async () => {
  const { log, lines } = notedLog();
  const job = '00000000-0000-7000-8000-000000000000';
  await rejection(callerWith(log).jobs.get({ team: owner.team.slug, job }));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    msg: 'a call was refused',
    path: 'jobs.get',
    code: 'job.not-found',
    requestId: 'request-7',
    team: owner.team.slug,
    userId: owner.user.id,
  });
  expect(JSON.stringify(lines)).not.toContain(owner.user.email);
});

it('writes one line for a call that failed unexpectedly', async () => {
  const { log, lines } = notedLog();
  const database = { ...console_.runtime.database };
  Object.assign(database, { prisma: undefined });
  await callerWith(log, { database })
    .session.list()
    .catch(() => undefined);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ msg: 'a call failed unexpectedly', requestId: 'request-7', path: 'session.list' });
});

it('writes nothing for a call that went well', async () => {
  const { log, lines } = notedLog();
  await callerWith(log).session.me();
  expect(lines).toEqual([]);
});

it('removes secrets by their names', () => {
  const { log, lines } = notedLog();
  log.info({ passphrase: 'correct horse', options: { privateKey: 'PRIVATE' } }, 'made');
  expect(JSON.stringify(lines)).not.toMatch(/correct horse|PRIVATE/);
});
