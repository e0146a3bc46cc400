import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { HandedOver } from '@/server/jobs/interruption';
import { defineJobKind, type JobKind } from '@/server/jobs/job-kind';
import { runJob } from '@/server/jobs/run-job';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { cancelJob } from './cancel-job';
import { seedJob, seedMachine } from './jobs.test-support';
import { retryJob } from './retry-job';

let console_: TestConsole;
let member: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());

const kindsOf = (ended: string[], run: () => Promise<void> = () => Promise.resolve()): ReadonlyMap<string, JobKind> => {
  const kind = defineJobKind<{ name: string }, object>({
    id: 'test.kind',
    payload: z.strictObject({ name: z.string() }),
    steps: () => [
      { name: 'check-host', timeoutMs: 1000, run },
      { name: 'install-engine', timeoutMs: 1000, run },
    ],
    onEnded: ({ job, outcome }) => {
      ended.push(`${job.payload.name} ${outcome}`);
      return Promise.resolve();
    },
  });
  return new Map([[kind.id, kind]]);
};

const seed = async () => {
  const { id } = await seedJob(console_, member, {
    steps: [
      ['check-host', 'pending'],
      ['install-engine', 'pending'],
    ],
  });
  await console_.runtime.database.prisma.job.update({ where: { id }, data: { payload: { name: 'edge-1' } } });
  return id;
};

const stateOf = async (id: string) =>
  (await console_.runtime.database.prisma.job.findUniqueOrThrow({ where: { id }, select: { state: true } })).state;

const run = (id: string, kinds: ReadonlyMap<string, JobKind>) =>
  runJob(console_.runtime, id, { kinds, stopping: new AbortController().signal });

describe('cancelJob', () => {
  it('tells the kind of a queued job that it has ended, once', async () => {
    const ended: string[] = [];
    const kinds = kindsOf(ended);
    const job = await seed();
    await cancelJob(member.context, { job }, kinds);
    expect(ended).toEqual(['edge-1 cancelled']);
    // The queue still delivers the job that was cancelled in it.
    await run(job, kinds);
    expect(ended).toEqual(['edge-1 cancelled']);
    expect(await stateOf(job)).toBe('cancelled');
  });

  it('leaves it to the worker of a running job to tell the kind', async () => {
    const ended: string[] = [];
    const job = await seed();
    const kinds = kindsOf(ended, async () => {
      await cancelJob(member.context, { job }, kinds);
      expect(ended).toEqual([]);
      await new Promise(() => undefined);
    });
    await run(job, kinds);
    expect(await stateOf(job)).toBe('cancelled');
    expect(ended).toEqual(['edge-1 cancelled']);
  });
});

describe('retryJob', () => {
  it('lets a cancelled job run again from where it stopped, to its end', async () => {
    const job = await seed();
    const runs: string[] = [];
    const kinds = kindsOf([], () => {
      runs.push('step');
      return Promise.resolve();
    });
    await cancelJob(member.context, { job }, kinds);
    await retryJob(member.context, { job });
    await run(job, kinds);
    expect(await stateOf(job)).toBe('succeeded');
    expect(runs).toHaveLength(2);
  });

  it('lets the kind put its machine right in the same transaction', async () => {
    const machineId = await seedMachine(console_, member, 'edge-retried');
    const { id } = await seedJob(console_, member, { state: 'failed', machineId });
    const { machine } = console_.runtime.database.prisma;
    await machine.update({ where: { id: machineId }, data: { state: 'failed' } });
    const kind: JobKind = {
      id: 'test.kind',
      payload: z.unknown(),
      steps: () => [],
      onRetried: async ({ tx, machineId: retried }) => {
        await tx.machine.update({ where: { id: retried ?? '' }, data: { state: 'creating' } });
      },
    };
    await retryJob(member.context, { job: id }, new Map([[kind.id, kind]]));
    expect((await machine.findUniqueOrThrow({ where: { id: machineId } })).state).toBe('creating');
  });

  it('is refused while the job is handed over between workers', async () => {
    const job = await seed();
    const kinds = kindsOf([], () => Promise.reject(new HandedOver()));
    await expect(run(job, kinds)).rejects.toBeInstanceOf(HandedOver);
    await expect(retryJob(member.context, { job })).rejects.toMatchObject({ code: 'job.wrong-state' });
  });
});
