import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { HandedOver } from './interruption';
import { jobRunner } from './job-runner';
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
  it('goes on at the step it was in after a hand-over, with its checkpoint, and doubles no line', async () => {
    const stopping = new AbortController();
    const runs: string[] = [];
    const kind = kindOf([
      step('one', (ctx) => {
        runs.push('one');
        ctx.log.info('one');
        return Promise.resolve();
      }),
      step('two', async (ctx) => {
        runs.push('two');
        ctx.log.info(`two, ${ctx.state.first ?? 'first time'}`);
        if (ctx.state.first) return;
        await ctx.checkpoint({ first: 'again' });
        stopping.abort(new HandedOver());
        await new Promise(() => undefined);
      }),
    ]);
    const { id } = await start(kind);
    await expect(run(id, kind, stopping.signal)).rejects.toBeInstanceOf(HandedOver);
    expect((await read(id)).state).toBe('running');
    await run(id, kind);
    const job = await read(id);
    expect(job.state).toBe('succeeded');
    expect(runs).toEqual(['one', 'two', 'two']);
    expect(job.texts).toEqual([
      'one',
      'two, first time',
      'The console was stopped during this step. It goes on here.',
      'two, again',
    ]);
    expect(job.logs.map((row) => row.seq)).toEqual([1, 2, 3, 4]);
    expect(job.steps.map((row) => row.tries)).toEqual([1, 2]);
  });

  it('interrupts a step at a cancel, and waits for one that must not be interrupted', async () => {
    const { prisma } = console_.runtime.database;
    const cancel = async (id: string) => {
      await prisma.job.update({ where: { id }, data: { state: 'cancelling', cancelRequestedAt: new Date() } });
      await console_.runtime.bus.publish(`job:${id}`);
    };
    const endless = kindOf([
      step('one', async (ctx) => {
        await cancel(ctx.job.id);
        await new Promise(() => undefined);
      }),
    ]);
    const first = await start(endless);
    await run(first.id, endless);
    expect(await read(first.id)).toMatchObject({ state: 'cancelled', stepStates: ['cancelled'] });

    const whole = kindOf([
      step(
        'one',
        async (ctx) => {
          await cancel(ctx.job.id);
          ctx.log.info('to the end');
        },
        { interruptible: false },
      ),
      step('two', () => Promise.resolve()),
    ]);
    const second = await start(whole);
    await run(second.id, whole);
    const job = await read(second.id);
    expect(job).toMatchObject({ state: 'cancelled', stepStates: ['succeeded', 'cancelled'] });
    expect(job.texts[0]).toBe('to the end');
  });

  it('waits for a host that has answered before, goes on when it answers again, and says so meanwhile', async () => {
    const { prisma } = console_.runtime.database;
    let tries = 0;
    const kind = kindOf([
      step('one', () => Promise.resolve()),
      step('two', () => {
        tries += 1;
        return tries === 3
          ? Promise.resolve()
          : Promise.reject(new AppError({ code: 'ssh.timeout', public: 'No answer.' }));
      }),
    ]);
    const { id } = await start(kind);
    const seen: unknown[] = [];
    const over = console_.runtime.bus.subscribe(`job:${id}`, () => {
      void prisma.job.findUnique({ where: { id } }).then((job) => {
        if (job?.state !== 'waiting') return;
        seen.push(job.waitingFor);
        console_.clock.advance(2000);
      });
    });
    await run(id, kind);
    over();
    expect(seen[0]).toMatchObject({ code: 'ssh.timeout', reason: 'No answer.' });
    const job = await read(id);
    expect(job).toMatchObject({ state: 'succeeded', waitingFor: null, stepStates: ['succeeded', 'succeeded'] });
    expect(job.steps[1]?.tries).toBe(3);
    expect(job.texts).toEqual(['No answer. The step waits, and goes on when the host answers again.']);
  });

  it('is cancelled while it waits, by whoever asked for it', async () => {
    const { prisma } = console_.runtime.database;
    const kind = kindOf([
      step('one', () => Promise.resolve()),
      step('two', () => Promise.reject(new AppError({ code: 'ssh.timeout', public: 'No answer.' }))),
    ]);
    const { id } = await start(kind);
    const over = console_.runtime.bus.subscribe(`job:${id}`, () => {
      void prisma.job
        .updateMany({
          where: { id, state: 'waiting' },
          data: { state: 'cancelling', cancelRequestedAt: new Date(), cancelRequestedBy: 'Ana' },
        })
        .then(({ count }) => (count ? console_.runtime.bus.publish(`job:${id}`) : undefined));
    });
    await run(id, kind);
    over();
    const job = await read(id);
    expect(job).toMatchObject({ state: 'cancelled', stepStates: ['succeeded', 'cancelled'] });
    expect(job.error).toMatchObject({ public: 'Cancelled by Ana.' });
  });

  it('ends in the same way, once, after a crash in the middle of its end', async () => {
    const runs: string[] = [];
    let crashes = 1;
    const ended: string[] = [];
    const kind = kindOf(
      [
        step('one', () => {
          runs.push('one');
          return Promise.reject(new AppError({ code: 'driver.failed', public: 'Broken.' }));
        }),
      ],
      ({ outcome }) => {
        if (crashes-- > 0) return Promise.reject(new Error('crash'));
        ended.push(outcome);
        return Promise.resolve();
      },
    );
    const { id } = await start(kind);
    await expect(run(id, kind)).rejects.toThrow('crash');
    expect((await read(id)).state).toBe('running');
    await run(id, kind);
    expect(runs).toEqual(['one']);
    expect(ended).toEqual(['failed']);
    const job = await read(id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'driver.failed', public: 'Broken.', step: 0 } });
    expect(job.texts).toEqual(['The driver failed: Broken.']);
  });

  it('joins the run that there is when the same process is given a job once more', async () => {
    let runs = 0;
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const kind = kindOf([
      step('one', () => {
        runs += 1;
        return held;
      }),
    ]);
    const { id } = await start(kind);
    const runner = jobRunner(console_.runtime, {
      kinds: new Map([[kind.id, kind]]),
      stopping: new AbortController().signal,
    });
    const both = [runner(id), runner(id)];
    letGo();
    await Promise.all(both);
    expect(runs).toBe(1);
    expect(await read(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  it('lets a run that another worker has replaced write no line, and ends its step', async () => {
    const { prisma } = console_.runtime.database;
    const kind = kindOf([
      step('one', async (ctx) => {
        ctx.log.info('mine');
        await prisma.job.update({ where: { id: ctx.job.id }, data: { attempt: { increment: 1 } } });
        ctx.log.info('late');
        await new Promise(() => undefined);
      }),
    ]);
    const { id } = await start(kind);
    await expect(run(id, kind)).rejects.toThrow('another worker has taken this job');
    expect((await read(id)).texts).not.toContain('late');
  });

  it('lets a run that another worker has replaced write nothing more', async () => {
    const { prisma } = console_.runtime.database;
    const kind = kindOf([
      step('one', async (ctx) => {
        await prisma.job.update({ where: { id: ctx.job.id }, data: { attempt: { increment: 1 } } });
        await ctx.checkpoint({ first: 'late' });
      }),
    ]);
    const { id } = await start(kind);
    await expect(run(id, kind)).rejects.toThrow('another worker has taken this job');
    expect((await read(id)).checkpoint).toEqual({});
  });
});
