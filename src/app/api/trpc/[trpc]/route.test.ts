import { NextRequest } from 'next/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { setRuntime } from '@/server/runtime';

import { createTestConsole, type TestConsole } from '../../../../../test/support/test-console';
import { GET, POST } from './route';

let console_: TestConsole;

const own = 'https://console.test';
const body = JSON.stringify({ json: { id: '018f0000-0000-7000-8000-000000000000' } });

const change = (headers: Record<string, string>, sent = body) =>
  POST(
    new NextRequest(`${own}/api/trpc/session.end`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', host: 'console.test', ...headers },
      body: sent,
    }),
  );

const codeOf = async (response: Response) => {
  const answer = (await response.json()) as { error: { json: { data: { code: string } } } };
  return answer.error.json.data.code;
};

beforeAll(async () => {
  console_ = await createTestConsole();
  setRuntime(console_.runtime);
});
afterAll(async () => {
  setRuntime(undefined);
  await console_.close();
});

describe('the API over HTTP', () => {
  it("refuses a change that another site's page sends, with 403", async () => {
    const response = await change({ origin: 'https://evil.example' });
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('auth.origin-rejected');
  });

  it.each([
    ['from its own page', { origin: own }],
    ['from a program, which sends no Origin', {}],
  ])('takes a change %s on to the procedure, which asks for a sign-in', async (_what, headers) => {
    const response = await change(headers);
    expect(response.status).toBe(401);
    expect(await codeOf(response)).toBe('auth.sign-in-required');
  });

  it('refuses a body over 1 MiB, with 413', async () => {
    const response = await change({ origin: own }, JSON.stringify({ json: { id: 'x'.repeat(1024 * 1024) } }));
    expect(response.status).toBe(413);
    expect(await codeOf(response)).toBe('input.too-large');
  });

  it('makes no change by a request that only reads, such as an image address on another site', async () => {
    const response = await GET(
      new NextRequest(`${own}/api/trpc/session.endOthers`, { headers: { host: 'console.test' } }),
    );
    expect(response.status).toBe(405);
  });
});
