import { afterAll, beforeAll, expect, it } from 'vitest';

import { setRuntime } from '@/server/runtime';

import { createTestConsole, type TestConsole } from '../../../test/support/test-console';
import { readiness } from './readiness';

let console_: TestConsole;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(async () => {
  setRuntime(undefined);
  await console_.close();
});

it('is ready when the database answers, and says why not otherwise', async () => {
  setRuntime(undefined);
  expect(await readiness()).toEqual({ status: 'starting-or-stopping' });
  setRuntime(console_.runtime);
  expect(await readiness()).toEqual({ status: 'ready' });
});
