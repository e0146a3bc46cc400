import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { AppError } from '@/server/errors/app-error';

import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { HandedOver } from './interruption';
import { defineJobKind, type JobKind, type Step } from './job-kind';
import { jobRunner } from './job-runner';
import { runJob } from './run-job';
import { startJob } from './start-job';

interface Learnt {
  first: string;
}
type TestStep = Step<Record<string, never>, Learnt>;

let console_: TestConsole;
let member: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());

const kindOf = (steps: TestStep[], onEnded?: JobKind['onEnded']): JobKind =>
  defineJobKind<Record<string, never>, Learnt>({
    id: 'test.kind',
    payload: z.strictObject({}) as unknown as z.ZodType<Record<string, never>>,
    steps: () => steps,
    ...(onEnded && { onEnded }),
  });

const step = (name: string, run: TestStep['run'], more: Partial<TestStep> = {}): TestStep => ({
  name,
  timeoutMs: 60_000,
  run,
  ...more,
});

const start = (kind: JobKind) =>
  console_.runtime.database.prisma.$transaction((tx) =>
    startJob(console_.runtime, tx, { kind, actor: member.actor, machineId: null, subject: 'edge-1', payload: {} }),
  );

const run = (id: string, kind: JobKind, stopping = new AbortController().signal) =>
  runJob(console_.runtime, id, { kinds: new Map([[kind.id, kind]]), stopping });

const read = async (id: string) => {
  const job = await console_.runtime.database.prisma.job.findUniqueOrThrow({
    where: { id },
    include: { steps: { orderBy: { index: 'asc' } }, logs: { orderBy: { seq: 'asc' } } },
  });
  return { ...job, stepStates: job.steps.map((row) => row.state), texts: job.logs.map((row) => row.text) };
};

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
