import { NextRequest } from 'next/server';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { setRuntime } from '@/server/runtime';

import { createTestConsole, type TestConsole } from '../../../../../test/support/test-console';
import { GET, POST } from './route';

let console_: TestConsole;

beforeAll(async () => {
  console_ = await createTestConsole();
  setRuntime(console_.runtime);
});
afterAll(async () => {
  setRuntime(undefined);
  await console_.close();
});

const base = 'http://127.0.0.1:3000';
const ask = async (path: string, { body, origin = base }: { body?: string; origin?: string } = {}) => {
  const url = `${base}/api/trpc/${path}`;
  const headers = { origin, host: '127.0.0.1:3000', 'content-type': 'application/json' };
  const response =
    body === undefined
      ? await GET(new NextRequest(url, { headers }))
      : await POST(new NextRequest(url, { method: 'POST', headers, body }));
  const answer = (await response.json()) as {
    error: { json: { message: string; data: { code: string; title: string } } };
  };
  const { message, data } = answer.error.json;
  return { status: response.status, message, code: data.code, title: data.title };
};

it.each([
  ['a call that is not there', 404, () => ask('machines.polish')],
  ['a query where something is changed', 405, () => ask('setup.describe', { body: '{}' })],
  ['what is no JSON', 400, () => ask('setup.complete', { body: '{"json":' })],
])('refuses %s as not understood, and says what to do', async (_what, status, call) => {
  expect(await call()).toMatchObject({
    status,
    code: 'input.unreadable',
    title: 'The console does not understand',
    message: expect.stringContaining('load it again') as string,
  });
});

it('refuses what comes from another site', async () => {
  expect(await ask('setup.complete', { body: '{}', origin: 'https://evil.example' })).toMatchObject({
    status: 403,
    code: 'auth.origin-rejected',
  });
});
