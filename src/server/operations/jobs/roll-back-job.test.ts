import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { AppError } from '@/server/errors/app-error';
import { defineJobKind, type JobKind } from '@/server/jobs/job-kind';
import { machineRollBack } from '@/server/jobs/kinds/machine-roll-back';
import { runJob } from '@/server/jobs/run-job';
import { startJob } from '@/server/jobs/start-job';

import { rejection } from '../../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { cancelJob } from './cancel-job';
import { seedMachine } from './jobs.test-support';
import { retryJob } from './retry-job';
import { previewRollBack, rollBackJob } from './roll-back-job';

interface Learnt {
  readonly second?: string;
}

let console_: TestConsole;
let member: TestMember;
let machineId: string;
let done: string[];
let failing: string | null;
let rolledBack: string[];

const act = (name: string) => {
  done.push(name);
  if (failing !== name) return Promise.resolve();
  return Promise.reject(new AppError({ code: 'driver.failed', public: `${name} failed.` }));
};

const makes = defineJobKind<{ thing: string }, Learnt>({
  id: 'test.makes',
  payload: z.strictObject({ thing: z.string() }),
  steps: () => [
    { name: 'first', timeoutMs: 1000, run: () => act('first'), undo: () => act('undo first') },
    { name: 'looks', timeoutMs: 1000, run: () => act('looks') },
    {
      name: 'second',
      timeoutMs: 1000,
      run: async (ctx) => {
        await ctx.checkpoint({ second: `second of ${ctx.job.payload.thing}` });
        await act('second');
      },
      undo: (ctx) => act(`undo ${ctx.state.second ?? 'nothing'} of job ${ctx.job.payload.thing}`),
    },
    { name: 'third', timeoutMs: 1000, run: () => act('third'), undo: () => act('undo third') },
  ],
  onRolledBack: ({ job }) => {
    rolledBack.push(job.id);
    return Promise.resolve();
  },
});
const byId = new Map([[makes.id, makes]]);
const kinds: ReadonlyMap<string, JobKind> = new Map([...byId, ['machine.roll-back', machineRollBack(byId)]]);

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam(), 'member');
});
afterAll(() => console_.close());
beforeEach(async () => {
  done = [];
  rolledBack = [];
  failing = null;
  await console_.runtime.database.prisma.machine.deleteMany();
  machineId = await seedMachine(console_, member);
});

const run = (id: string) => runJob(console_.runtime, id, { kinds, stopping: new AbortController().signal });
const read = async (id: string) => {
  const job = await console_.runtime.database.prisma.job.findUniqueOrThrow({
    where: { id },
    include: { steps: { orderBy: { index: 'asc' } } },
  });
  return {
    state: job.state,
    rollsBackId: job.rollsBackId,
    steps: job.steps.map(({ name, state }) => `${name} ${state}`),
  };
};
const start = async () => {
  console_.clock.advance(1000);
  const { id } = await console_.runtime.database.prisma.$transaction((tx) =>
    startJob(console_.runtime, tx, {
      kind: makes,
      actor: member.actor,
      machineId,
      subject: 'edge-1',
      payload: { thing: 'thing' },
    }),
  );
  return id;
};
const startFailing = async (step: string) => {
  failing = step;
  const id = await start();
  await run(id);
  failing = null;
  done = [];
  console_.clock.advance(1000);
  return id;
};
const rollBack = (job: string) => rollBackJob(member.context, { job }, kinds);

describe('rollBackJob', () => {
  it('ok: undoes what was begun, last first, with what the steps had learnt; the steps are undone then', async () => {
    const job = await startFailing('second');
    expect(await previewRollBack(member.context, { job }, kinds)).toEqual({ steps: ['second', 'first'] });
    const { jobId } = await rollBack(job);
    await run(jobId);
    expect(done).toEqual(['undo second of thing of job thing', 'undo first']);
    expect(await read(jobId)).toEqual({
      state: 'succeeded',
      rollsBackId: job,
      steps: ['undo:second succeeded', 'undo:first succeeded', 'conclude-roll-back succeeded'],
    });
    expect((await read(job)).steps).toEqual(['first undone', 'looks undone', 'second undone', 'third pending']);
    expect(rolledBack).toEqual([job]);
    expect(await rejection(rollBack(job))).toMatchObject({ code: 'job.wrong-state' });
  });

  it('ok: a retry after it begins at the first step, with nothing learnt', async () => {
    const job = await startFailing('third');
    await run((await rollBack(job)).jobId);
    done = [];
    await retryJob(member.context, { job }, kinds);
    await run(job);
    expect(done).toEqual(['first', 'looks', 'second', 'third']);
    expect((await read(job)).state).toBe('succeeded');
  });

  it('ok: goes on in the undo that failed, and the step in it has to be done again in any case', async () => {
    const job = await startFailing('third');
    failing = 'undo second of thing of job thing';
    const { jobId } = await rollBack(job);
    await run(jobId);
    expect((await read(jobId)).state).toBe('failed');
    expect((await read(job)).steps).toEqual(['first succeeded', 'looks succeeded', 'second undone', 'third undone']);
    expect(rolledBack).toEqual([]);
    await expect(rollBack(job)).rejects.toMatchObject({
      code: 'job.wrong-state',
      public: expect.stringContaining('Retry that one') as string,
    });
    failing = null;
    done = [];
    await retryJob(member.context, { job: jobId }, kinds);
    await run(jobId);
    expect(done).toEqual(['undo second of thing of job thing', 'undo first']);
  });

  it('ok: counts the step that a retry would have gone on with, though the retry was cancelled in the queue', async () => {
    const job = await startFailing('second');
    await retryJob(member.context, { job }, kinds);
    await cancelJob(member.context, { job }, kinds);
    expect(await previewRollBack(member.context, { job }, kinds)).toEqual({ steps: ['second', 'first'] });
  });

  it('conflict: a job that runs, that ended well, or that did nothing', async () => {
    const queued = await start();
    expect(await rejection(rollBack(queued))).toMatchObject({ code: 'job.wrong-state' });
    await cancelJob(member.context, { job: queued }, kinds);
    await expect(rollBack(queued)).rejects.toMatchObject({
      code: 'job.wrong-state',
      public: expect.stringContaining('Nothing that this job did') as string,
    });
    const well = await start();
    await run(well);
    expect(await rejection(rollBack(well))).toMatchObject({ code: 'job.wrong-state' });
  });

  it('conflict: another job of the machine waits, or has begun later', async () => {
    const job = await startFailing('second');
    const other = await start();
    expect(await rejection(rollBack(job))).toMatchObject({ code: 'job.machine-busy' });
    await run(other);
    await expect(rollBack(job)).rejects.toMatchObject({
      code: 'job.wrong-state',
      public: expect.stringContaining('Only the last one') as string,
    });
  });

  it('conflict: a roll-back is not retried once its job has been run again', async () => {
    const job = await startFailing('second');
    failing = 'undo first';
    const { jobId } = await rollBack(job);
    await run(jobId);
    failing = null;
    console_.clock.advance(1000);
    await retryJob(member.context, { job }, kinds);
    await run(job);
    await expect(retryJob(member.context, { job: jobId }, kinds)).rejects.toMatchObject({
      code: 'job.wrong-state',
      public: expect.stringContaining('run again since') as string,
    });
  });

  it("not-found, forbidden: another team's job, a viewer", async () => {
    const job = await startFailing('second');
    const outsider = await console_.seedMember(await console_.seedTeam());
    const call = { team: outsider.team.slug, job };
    expect(await rejection(outsider.call.jobs.rollBack(call))).toMatchObject({ code: 'job.not-found' });
    expect(await rejection(outsider.call.jobs.previewRollBack(call))).toMatchObject({ code: 'job.not-found' });
    const viewer = await console_.seedMember(member.team, 'viewer');
    expect(await rejection(viewer.call.jobs.rollBack({ ...call, team: member.team.slug }))).toMatchObject({
      code: 'auth.forbidden',
    });
  });
});
