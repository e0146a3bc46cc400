import { createHash } from 'node:crypto';

import { isTrackedEnvelope } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { JobLogLine } from '@/lib/job';
import type { JobEvent } from '@/lib/job-view';
import { unpackLines } from '@/lib/packed-lines';
import { JobHold } from '@/server/jobs/job-store';
import { LogWriter } from '@/server/jobs/log-writer';
import { Redactor } from '@/server/jobs/redactor';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { shareJobFeed } from './job-feed';
import { seedJob, seedLines, seedMachine } from './jobs.test-support';
import { watchJob } from './watch-job';

let console_: TestConsole;
let member: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());

const prisma = () => console_.runtime.database.prisma;
const watch = (job: string, afterSeq = 0, signal?: AbortSignal) => watchJob(member.context, { job, afterSeq, signal });

const linesOf = ({ lines }: JobEvent): readonly JobLogLine[] => (lines === undefined ? [] : unpackLines(lines));
const textsOf = (event: JobEvent): string[] => linesOf(event).map(({ text }) => text);

const next = async (events: AsyncGenerator<JobEvent, void, void>): Promise<JobEvent> => {
  const { value, done } = await events.next();
  if (done) throw new Error('the stream has ended');
  return value;
};

const setState = async (id: string, state: 'running' | 'succeeded' | 'failed') => {
  await prisma().job.update({ where: { id }, data: { state } });
  await console_.runtime.bus.publish(`job:${id}`);
};

const hashOf = (texts: readonly string[]) => createHash('sha256').update(texts.join('\n')).digest('hex');

/** Answers whether the stream has anything to say, without waiting for it. */
const isSilent = async (pending: Promise<unknown>): Promise<boolean> => {
  let hasSpoken = false;
  void pending.then(() => (hasSpoken = true));
  // A read of the database that the stream may have begun is over by then: the test's own comes behind it.
  for (let round = 0; round < 5; round++) await prisma().job.count();
  return !hasSpoken;
};

/** What a direct caller gets of a tracked subscription: the envelopes that become events with ids on the wire. */
const envelopes = async (stream: AsyncIterable<unknown>) => {
  const found: { id: string; texts: string[] }[] = [];
  for await (const envelope of stream) {
    if (!isTrackedEnvelope<JobEvent>(envelope)) throw new Error('an event without an id');
    found.push({ id: envelope[0], texts: textsOf(envelope[1]) });
  }
  return found;
};

describe('watchJob', () => {
  it('begins with the job, its steps and the lines behind the last one that the viewer has', async () => {
    const job = await seedJob(console_, member, { state: 'running', steps: [['check-host', 'running']] });
    await seedLines(console_, job, [{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
    const events = await watch(job.id, 2);
    const first = await next(events);
    expect(first.job).toMatchObject({ id: job.id, state: 'running', subject: 'edge-1' });
    expect(first.steps).toMatchObject([{ name: 'check-host', state: 'running' }]);
    expect(textsOf(first)).toEqual(['c']);
    expect(first.lastSeq).toBe(3);
    await events.return();
  });

  it('gives a long log in messages of at most 500 lines and 64 KiB, and ends when all of it is delivered', async () => {
    const job = await seedJob(console_, member, { state: 'succeeded' });
    const short = Array.from({ length: 1200 }, (_, index) => ({ text: `line ${index}` }));
    const long = Array.from({ length: 20 }, () => ({ text: 'x'.repeat(8192) }));
    await seedLines(console_, job, [...short, ...long]);
    const events: JobEvent[] = [];
    for await (const event of await watch(job.id)) events.push(event);
    const sizes = events.map((event) => linesOf(event).length);
    expect(sizes.slice(0, 2)).toEqual([500, 500]);
    expect(Math.max(...events.map((event) => textsOf(event).join('').length))).toBeLessThanOrEqual(64 * 1024);
    expect(events.flatMap((event) => linesOf(event).map(({ seq }) => seq))).toEqual(
      Array.from({ length: 1220 }, (_, index) => index + 1),
    );
    expect(events.filter((event) => event.job)).toHaveLength(1);
  });

  it('says nothing while nothing changes, and speaks at the wake-up call', async () => {
    const job = await seedJob(console_, member, { state: 'running' });
    const events = await watch(job.id);
    await next(events);
    const pending = next(events);
    await console_.runtime.bus.publish(`job:${job.id}`);
    expect(await isSilent(pending)).toBe(true);
    await seedLines(console_, job, [{ text: 'hello' }]);
    const event = await pending;
    expect(event.lastSeq).toBe(1);
    expect(linesOf(event)).toMatchObject([{ seq: 1, text: 'hello' }]);
    await events.return();
  });

  it('looks again by itself, so a lost wake-up call costs five seconds and no line', async () => {
    const job = await seedJob(console_, member, { state: 'running' });
    const events = await watch(job.id);
    await next(events);
    const pending = next(events);
    expect(await isSilent(pending)).toBe(true);
    await prisma().jobLog.create({
      data: { jobId: job.id, seq: 1, step: 0, stream: 'stdout', text: 'unannounced', at: new Date(0) },
    });
    expect(await isSilent(pending)).toBe(true);
    console_.clock.advance(5000);
    expect(textsOf(await pending)).toEqual(['unannounced']);
    await events.return();
  });

  it('keeps its lines in order when changes are announced while it reads', async () => {
    const job = await seedJob(console_, member, { state: 'running' });
    const { view: feed, release } = shareJobFeed(member.context, job.id, new Map());
    await feed.now();
    await seedLines(console_, job, [{ text: 'a' }, { text: 'b' }]);
    const readings: Promise<unknown>[] = [];
    for (let round = 0; round < 5; round++) {
      readings.push(feed.now());
      await console_.runtime.bus.publish(`job:${job.id}`);
    }
    await Promise.all(readings);
    const message = await feed.linesAfter(0);
    expect(message && unpackLines(message.lines).map(({ seq, text }) => `${seq} ${text}`)).toEqual(['1 a', '2 b']);
    release();
  });

  it('tells a queued job that the one before it has ended', async () => {
    const machineId = await seedMachine(console_, member, 'edge-ahead');
    const first = await seedJob(console_, member, { machineId, state: 'running' });
    console_.clock.advance(1000);
    const queued = await seedJob(console_, member, { machineId });
    const events = await watch(queued.id);
    expect((await next(events)).job?.ahead?.id).toBe(first.id);
    await prisma().job.update({ where: { id: first.id }, data: { state: 'succeeded' } });
    const pending = next(events);
    await console_.runtime.bus.publish(`team:${member.team.id}`);
    expect((await pending).job?.ahead).toBeNull();
    await events.return();
  });

  it('gives the last lines with the end, and then ends', async () => {
    const job = await seedJob(console_, member, { state: 'running' });
    const events = await watch(job.id);
    await next(events);
    await seedLines(console_, job, [{ text: 'last words' }]);
    await setState(job.id, 'failed');
    const last = await next(events);
    expect(last.job?.state).toBe('failed');
    expect(textsOf(last)).toEqual(['last words']);
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });

  it('stops at once when the viewer goes, and leaves no listener behind', async () => {
    const job = await seedJob(console_, member, { state: 'running' });
    const gone = new AbortController();
    const events = await watch(job.id, 0, gone.signal);
    await next(events);
    const pending = events.next();
    expect(await isSilent(pending)).toBe(true);
    gone.abort();
    expect(await pending).toEqual({ value: undefined, done: true });
  });

  it('ends for a member who has been taken out of the team', async () => {
    const leaving = await console_.seedMember(member.team, 'viewer');
    const job = await seedJob(console_, member, { state: 'running' });
    const events = await watchJob(leaving.context, { job: job.id, afterSeq: 0, signal: undefined });
    await next(events);
    await prisma().membership.delete({ where: { id: leaving.actor.membershipId } });
    const pending = events.next();
    expect(await isSilent(pending)).toBe(true);
    console_.clock.advance(5000);
    expect(await pending).toEqual({ value: undefined, done: true });
  });

  it('carries the last line as the event id, and goes on behind it at a reconnect', async () => {
    const job = await seedJob(console_, member, { state: 'succeeded' });
    await seedLines(console_, job, [{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
    const stored = { team: member.team.slug, job: job.id };
    const stream = await member.call.jobs.watch({ ...stored, afterSeq: 1 });
    expect(await envelopes(stream)).toMatchObject([{ id: '3', texts: ['b', 'c'] }]);
    const resumed = await member.call.jobs.watch({ ...stored, afterSeq: 0, lastEventId: '2' });
    expect(await envelopes(resumed)).toEqual([{ id: '3', texts: ['c'] }]);
  });

  // Viewers of a creation close laptops and lose networks while thousands of lines are written: what each has put together
  // in the end has to be the log, byte for byte.
  it('loses no line and doubles none, with a fast writer and viewers that reconnect at random', async () => {
    const job = await seedJob(console_, member, { state: 'running' });
    const count = 3000;
    const random = mulberry(20_261_122);
    const begun = await JobHold.begin(console_.runtime, job.id, new AbortController().signal);
    if (!begun) throw new Error('the job has ended');
    const { hold } = begun;
    const write = async () => {
      const writer = new LogWriter({
        clock: console_.clock,
        redactor: new Redactor(),
        lastSeq: 0,
        store: (lines) => hold.appendLines(lines),
        onFailure: (error) => expect.unreachable(String(error)),
      });
      const log = writer.forStep(0);
      for (let index = 0; index < count; index++) {
        log.line('stdout', `${index}: ${'x'.repeat(Math.floor(random() * 300))}`);
        if (random() < 0.02) await writer.flush();
      }
      await writer.flush();
      await setState(job.id, 'succeeded');
    };
    const view = async () => {
      const texts: string[] = [];
      let lastEventId: string | undefined;
      let connections = 0;
      for (let isOver = false; !isOver;) {
        const gone = new AbortController();
        connections += 1;
        const patience = Math.floor(random() * 5);
        let messages = 0;
        isOver = true;
        for await (const event of await watch(job.id, Number(lastEventId ?? 0), gone.signal)) {
          // A message that was on its way when the network broke: sent, yet never seen.
          if (messages++ === patience) {
            isOver = false;
            gone.abort();
            break;
          }
          texts.push(...textsOf(event));
          lastEventId = String(event.lastSeq);
        }
      }
      return { texts, connections };
    };
    const [, ...views] = await Promise.all([write(), view(), view(), view()]);
    const stored = await prisma().jobLog.findMany({
      where: { jobId: job.id },
      orderBy: { seq: 'asc' },
      select: { text: true },
    });
    expect(stored).toHaveLength(count);
    for (const { texts, connections } of views) {
      expect(hashOf(texts)).toBe(hashOf(stored.map(({ text }) => text)));
      expect(connections).toBeGreaterThan(2);
    }
  }, 120_000);
});

/** Repeatable random numbers from 0 to 1. Source: mulberry32. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
