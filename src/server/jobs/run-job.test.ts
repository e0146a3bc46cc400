import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { createRunBench, kindOf, type RunBench, step } from './run-job.test-support';

let console_: RunBench['console_'];
let start: RunBench['start'];
let run: RunBench['run'];
let read: RunBench['read'];

beforeAll(async () => {
  ({ console_, start, run, read } = await createRunBench());
});
afterAll(() => console_.close());

describe('runJob', () => {
  it('runs the steps in order, stores their log without a gap and ends well', async () => {
    const kind = kindOf([
      step('one', async (ctx) => {
        ctx.log.info('hello');
        ctx.log.line('stdout', '\u001B[32mgreen\u001B[0m');
        await ctx.checkpoint({ first: 'learnt' });
      }),
      step('two', (ctx) => {
        ctx.log.info(`first was ${ctx.state.first}`);
        return Promise.resolve();
      }),
    ]);
    const { id } = await start(kind);
    await run(id, kind);
    const job = await read(id);
    expect(job.state).toBe('succeeded');
    expect(job.stepStates).toEqual(['succeeded', 'succeeded']);
    expect(job.texts).toEqual(['hello', '\u001B[32mgreen\u001B[0m', 'first was learnt']);
    expect(job.logs.map((row) => row.seq)).toEqual([1, 2, 3]);
    expect(job.logs.map((row) => row.step)).toEqual([0, 0, 1]);
  });

  it('stores why a step failed, leaves later steps pending and tells the kind', async () => {
    const ended: string[] = [];
    const kind = kindOf(
      [
        step('one', () =>
          Promise.reject(new AppError({ code: 'ssh.unreachable', public: 'No route to 192.0.2.1.', output: 'tail' })),
        ),
        step('two', () => Promise.resolve()),
      ],
      ({ outcome }) => {
        ended.push(outcome);
        return Promise.resolve();
      },
    );
    const { id } = await start(kind);
    await run(id, kind);
    const job = await read(id);
    expect(job.state).toBe('failed');
    expect(job.stepStates).toEqual(['failed', 'pending']);
    expect(job.error).toEqual({
      code: 'ssh.unreachable',
      title: 'Host not reachable',
      public: 'No route to 192.0.2.1.',
      step: 0,
      output: 'tail',
    });
    expect(ended).toEqual(['failed']);
  });

  it('ends a step at its deadline', async () => {
    const kind = kindOf([step('one', () => new Promise(() => undefined), { timeoutMs: 20 })]);
    const { id } = await start(kind);
    await run(id, kind);
    expect((await read(id)).error).toMatchObject({ code: 'job.step-timeout' });
  });

  it('takes no line of a step that goes on talking after its deadline', async () => {
    let talk: () => void = () => undefined;
    const kind = kindOf(
      [
        step(
          'one',
          (ctx) => {
            talk = () => ctx.log.info('too late');
            return new Promise(() => undefined);
          },
          { timeoutMs: 20 },
        ),
      ],
      // By then the job is as good as ended: its viewers are about to be told.
      () => {
        talk();
        return Promise.resolve();
      },
    );
    const { id } = await start(kind);
    await run(id, kind);
    talk();
    const job = await read(id);
    expect(job.texts).toEqual([expect.stringContaining('The step took too long')]);
  });

  it('masks a secret in every line, each line of a key, and PEM headers', async () => {
    const kind = kindOf([
      step('one', (ctx) => {
        ctx.mask('hunter22\nsecond-line');
        ctx.log.info('password is hunter22, then second-line');
        ctx.log.line('stderr', 'x -----BEGIN OPENSSH PRIVATE KEY-----');
        return Promise.resolve();
      }),
    ]);
    const { id } = await start(kind);
    await run(id, kind);
    expect((await read(id)).texts).toEqual(['password is ••••••, then ••••••', 'x ••••••']);
  });

  it('finds its rows by name when a newer version has another list of steps', async () => {
    const runs: string[] = [];
    const note = (name: string) =>
      step(name, (ctx) => {
        runs.push(name);
        ctx.log.info(name);
        return Promise.resolve();
      });
    const older = kindOf([note('one'), note('three')]);
    const { id } = await start(older);
    await console_.runtime.database.prisma.jobStep.update({
      where: { jobId_index: { jobId: id, index: 0 } },
      data: { state: 'succeeded' },
    });
    await run(id, kindOf([note('one'), note('two'), note('three')]));
    const job = await read(id);
    expect(runs).toEqual(['two', 'three']);
    expect(job.steps.map((row) => `${row.name} ${row.state}`)).toEqual([
      'one succeeded',
      'three succeeded',
      'two succeeded',
    ]);
    expect(job.logs.map((row) => [row.step, row.text])).toEqual([
      [2, 'two'],
      [1, 'three'],
    ]);
  });

  it('fails a job whose payload this version does not read, once', async () => {
    const kind = kindOf([step('one', () => Promise.resolve())]);
    const { id } = await start(kind);
    await console_.runtime.database.prisma.job.update({ where: { id }, data: { payload: { of: 'another version' } } });
    await run(id, kind);
    await run(id, kind);
    const job = await read(id);
    expect(job).toMatchObject({ state: 'failed', attempt: 1, stepStates: ['pending'] });
    expect(job.error).toMatchObject({ code: 'job.payload-outdated', step: 0 });
  });
});
