import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

import type { JobKind } from '@/server/jobs/job-kind';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { getJob } from './get-job';
import { seedJob } from './jobs.test-support';

let console_: TestConsole;
let member: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());

const run = () => Promise.resolve();

// Another order than that of the rows: the job was begun by an older version.
const kind: JobKind = {
  id: 'test.kind',
  payload: z.strictObject({}),
  steps: () => [
    { name: 'start-engine', timeoutMs: 1000, interruptible: false, run },
    { name: 'check-host', timeoutMs: 1000, run },
  ],
};

it('says of each step whether a cancel waits for its end, going by the name of the step', async () => {
  const { id } = await seedJob(console_, member, {
    steps: [
      ['check-host', 'succeeded'],
      ['start-engine', 'running'],
    ],
  });
  const waits = async (kinds: ReadonlyMap<string, JobKind>) =>
    (await getJob(member.context, { job: id }, kinds)).steps.map(({ isInterruptible }) => !isInterruptible);
  expect(await waits(new Map([[kind.id, kind]]))).toEqual([false, true]);
  expect(await waits(new Map())).toEqual([false, false]);
});
