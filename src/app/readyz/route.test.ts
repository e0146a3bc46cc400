import { afterAll, beforeAll, expect, it } from 'vitest';

import { markStopping, setRuntime } from '@/server/runtime';

import { createTestConsole, type TestConsole } from '../../../test/support/test-console';
import { GET } from './route';

let console_: TestConsole;

beforeAll(async () => {
  console_ = await createTestConsole();
  setRuntime(console_.runtime);
});
afterAll(async () => {
  setRuntime(undefined);
  await console_.close();
});

it('asks whoever shares requests out to send none as soon as the process begins to stop', async () => {
  const ready = await GET();
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  markStopping();
  const stopping = await GET();
  expect([stopping.status, await stopping.json()]).toEqual([503, { status: 'starting-or-stopping' }]);
});
