import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { encode } from 'next-auth/jwt';
import { NextRequest } from 'next/server';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { sessionTokenSecret } from '@/server/auth/session-cookie';
import { decryptStream } from '@/server/backup/age-file';
import { localHeader } from '@/server/log/http-requests';
import { setRuntime } from '@/server/runtime';
import { commandTokenOf } from '@/server/secrets/master-key';

import { openSession } from '../../../../../test/support/sign-up';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../../test/support/test-console';
import { POST } from './route';

const masterKey = randomBytes(32);
const passphrase = 'correct horse battery staple';

let console_: TestConsole;
let operator: TestMember;
let owner: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  setRuntime({ ...console_.runtime, env: { ...console_.runtime.env, masterKey } });
  const team = await console_.seedTeam();
  [operator, owner] = [await console_.seedMember(team, 'member'), await console_.seedMember(team, 'owner')];
  const { prisma } = console_.runtime.database;
  await prisma.user.update({ where: { id: operator.user.id }, data: { operator: true }, select: { id: true } });
});
afterAll(async () => {
  setRuntime(undefined);
  await console_.close();
});

const cookieOf = async (who: TestMember) => {
  const { id } = await openSession(console_, who);
  return `next-auth.session-token=${await encode({ token: { sid: id }, secret: sessionTokenSecret(console_.runtime) })}`;
};

const ask = (headers: Record<string, string>, form: Record<string, string> = { passphrase }) =>
  POST(
    new NextRequest('http://127.0.0.1:3000/api/system/backup', {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    }),
  );

const events = () =>
  console_.runtime.database.prisma.auditEvent.findMany({
    where: { teamId: operator.team.id },
    orderBy: { seq: 'asc' },
    select: { action: true, actorName: true, after: true },
  });

it('ok: an operator gets an archive that the passphrase opens, and each team is told', async () => {
  const response = await ask({ cookie: await cookieOf(operator) });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-disposition')).toMatch(/filename="quaymaster-[\d-]+\.backup"/);
  const archive = Buffer.from(await response.arrayBuffer());
  expect(archive.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  const plain = await buffer(await decryptStream(Readable.from([archive]), passphrase));
  expect(plain.subarray(0, 13).toString()).toBe('manifest.json');
  expect(await events()).toEqual([
    { action: 'system.backed-up', actorName: operator.user.name, after: { rows: expect.any(Number) as number } },
  ]);
  const { lastBackup } = await operator.call.system.get();
  expect(lastBackup).toMatchObject({ byName: operator.user.name });
});

it('ok: a command on this machine that can read the master key', async () => {
  const token = commandTokenOf(masterKey).toString('hex');
  expect((await ask({ [localHeader]: '1', authorization: `Bearer ${token}` })).status).toBe(200);
});

it('unauthenticated: that token from elsewhere, and another one', async () => {
  const token = commandTokenOf(masterKey).toString('hex');
  expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(401);
  const other = commandTokenOf(randomBytes(32)).toString('hex');
  expect((await ask({ [localHeader]: '1', authorization: `Bearer ${other}` })).status).toBe(401);
});

it('forbidden: an owner of a team who is no operator', async () => {
  expect((await ask({ cookie: await cookieOf(owner) })).status).toBe(403);
});

it('forbidden: a form of another site', async () => {
  const headers = { cookie: await cookieOf(operator), origin: 'https://evil.example', host: '127.0.0.1:3000' };
  expect((await ask(headers)).status).toBe(403);
});

it('invalid-input: a short passphrase', async () => {
  const response = await ask({ cookie: await cookieOf(operator) }, { passphrase: 'short' });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('at least 12 characters');
});
