import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { JobState } from '@/lib/job';
import { seedJob, seedLines, type SeededJob } from '@/server/operations/jobs/jobs.test-support';
import { searchLog } from '@/server/operations/jobs/search-log';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { compressLogs, removeOldLogs } from './keep-logs';
import { lastLineOf, readLog, readLogOutline } from './read-log';

let console_: TestConsole;
let member: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());

const prisma = () => console_.runtime.database.prisma;
const never = new AbortController().signal;
const compress = () => compressLogs(console_.runtime, never);
const end = (job: SeededJob, state: JobState = 'succeeded') =>
  prisma().job.update({ where: { id: job.id }, data: { state, finishedAt: console_.clock.now() } });

const seed = async (count: number) => {
  const job = await seedJob(console_, member, { state: 'running' });
  await seedLines(
    console_,
    job,
    Array.from({ length: count }, (_, index) => ({ step: Math.floor(index / 1500), text: `line ${index + 1}` })),
  );
  return job;
};

const stored = async ({ id }: SeededJob) => ({
  rows: await prisma().jobLog.count({ where: { jobId: id } }),
  chunks: await prisma().jobLogChunk.count({ where: { jobId: id } }),
});

const everything = async (job: SeededJob) => ({
  outline: await readLogOutline(prisma(), job.id),
  lines: await readLog(prisma(), { job: job.id, from: 1, to: 10_000 }),
  page: await readLog(prisma(), { job: job.id, from: 1990, to: 2010 }),
  found: await searchLog(member.context, { job: job.id, text: 'LINE 20' }),
});

describe('compressLogs', () => {
  it('changes nothing about a log but the place where it lies', async () => {
    const job = await seed(4500);
    const before = await everything(job);
    await end(job);
    await compress();
    expect(await stored(job)).toEqual({ rows: 4500, chunks: 0 });
    console_.clock.advance(60_001);
    await compress();
    expect(await stored(job)).toEqual({ rows: 0, chunks: 3 });
    expect(await everything(job)).toEqual(before);
    expect(before.outline).toEqual({
      lastSeq: 4500,
      segments: [
        { step: 0, from: 1, to: 1500 },
        { step: 1, from: 1501, to: 3000 },
        { step: 2, from: 3001, to: 4500 },
      ],
    });
    expect(await prisma().job.findUnique({ where: { id: job.id } })).toMatchObject({
      logLines: 4500,
      logCompressedAt: console_.clock.now(),
    });
  });

  it('compresses what a retry added behind it, and reads both while it is being written', async () => {
    const job = await seed(2100);
    await end(job, 'failed');
    console_.clock.advance(60_001);
    await compress();
    await prisma().job.update({ where: { id: job.id }, data: { state: 'running', logCompressedAt: null } });
    const last = await lastLineOf(prisma(), job.id);
    await prisma().jobLog.create({
      data: { jobId: job.id, seq: last + 1, step: 2, at: console_.clock.now(), stream: 'stdout', text: 'again' },
    });
    const before = await everything(job);
    expect(before.lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 2101 }, (_, index) => index + 1));
    await compress();
    expect((await stored(job)).rows).toBe(1);
    await end(job);
    console_.clock.advance(60_001);
    await compress();
    expect((await stored(job)).rows).toBe(0);
    expect(await everything(job)).toEqual(before);
  });
});

describe('removeOldLogs', () => {
  it('removes logs after the days that the team keeps them, and the job says so', async () => {
    const old = await seed(10);
    await end(old);
    const running = await seed(10);
    console_.clock.advance(89 * 86_400_000);
    await compress();
    const young = await seed(10);
    await end(young);
    await removeOldLogs(console_.runtime);
    expect(await stored(old)).toEqual({ rows: 0, chunks: 1 });
    console_.clock.advance(86_400_001);
    await removeOldLogs(console_.runtime);
    expect(await stored(old)).toEqual({ rows: 0, chunks: 0 });
    expect(await prisma().job.findUnique({ where: { id: old.id } })).toMatchObject({
      logRemovedAt: console_.clock.now(),
    });
    expect((await stored(running)).rows).toBe(10);
    expect((await stored(young)).rows).toBe(10);
  });

  it('removes none of a team that keeps them for ever', async () => {
    await prisma().team.update({ where: { id: member.team.id }, data: { logDaysKept: null } });
    const job = await seed(10);
    await end(job);
    console_.clock.advance(10_000 * 86_400_000);
    await removeOldLogs(console_.runtime);
    expect((await stored(job)).rows).toBe(10);
  });
});
