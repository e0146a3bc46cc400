import { afterAll, beforeAll, expect, it } from 'vitest';

import { createTestConsole, type TestConsole } from '../../../test/support/test-console';
import { metrics } from './metrics';
import { Sampler } from './sampler';

let console_: TestConsole;

beforeAll(async () => {
  console_ = await createTestConsole();
  const { self } = console_.runtime.replicas;
  await console_.runtime.database.prisma.replica.create({
    data: { ...self, host: 'node-1', pid: 1, version: '0.1.0' },
    select: { id: true },
  });
});
afterAll(() => console_.close());

const rows = () =>
  console_.runtime.database.prisma.systemSample.findMany({
    orderBy: { at: 'asc' },
    select: { at: true, values: true },
  });

it('notes how the process stands, and what it did since the last sample', async () => {
  const sampler = await Sampler.start(console_.runtime);
  metrics().jobsEnded.inc({ kind: 'machine.create', outcome: 'succeeded' }, 3);
  await sampler.take();
  console_.clock.advance(15_000);
  await sampler.take();
  sampler.stop();
  const [first, second] = (await rows()).map(({ values }) => values);
  expect(first).toMatchObject({ jobsEnded: 3, jobsQueued: 0, jobsRunning: 0, viewers: 0, sshConnections: 0 });
  expect(second).toMatchObject({ jobsEnded: 0 });
  expect(second).toHaveProperty('memoryMb', expect.any(Number));
});

it('removes what is older than a day', async () => {
  console_.clock.advance(24 * 60 * 60_000 + 1);
  const sampler = await Sampler.start(console_.runtime);
  await sampler.take();
  sampler.stop();
  expect(await rows()).toHaveLength(1);
});
