import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type JobSeed, seedJob, seedLines, seedMachine, unknownId } from '@/server/operations/jobs/jobs.test-support';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let member: TestMember;
let admin: TestMember;
let viewer: TestMember;
let outsider: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ member, admin, viewer } = await console_.seedCrew('member', 'admin', 'viewer'));
  outsider = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());

const team = () => member.team.slug;
const seed = (more?: JobSeed) => seedJob(console_, member, more);

const perJob = {
  get: (who: TestMember, job: string) => who.call.jobs.get({ team: who.team.slug, job }),
  log: (who: TestMember, job: string) => who.call.jobs.log({ team: who.team.slug, job, from: 1, to: 10 }),
  searchLog: (who: TestMember, job: string) => who.call.jobs.searchLog({ team: who.team.slug, job, text: 'a' }),
  watch: (who: TestMember, job: string) => who.call.jobs.watch({ team: who.team.slug, job }),
  cancel: (who: TestMember, job: string) => who.call.jobs.cancel({ team: who.team.slug, job }),
  retry: (who: TestMember, job: string) => who.call.jobs.retry({ team: who.team.slug, job }),
};

describe.each(Object.entries(perJob))('jobs.%s', (_name, call) => {
  it("not-found: another team's job", async () => {
    const { id } = await seed();
    expect(await rejection(call(outsider, id))).toMatchObject({ code: 'job.not-found' });
  });

  it('not-found: a job that never was', async () => {
    expect(await rejection(call(admin, unknownId()))).toMatchObject({ code: 'job.not-found' });
  });

  it('invalid-input: an id that is none', async () => {
    expect(await rejection(call(admin, "x' or '1'='1"))).toMatchObject({ code: 'input.invalid' });
  });
});

const perTeam = {
  list: (who: TestMember, slug: string) => who.call.jobs.list({ team: slug }),
  kinds: (who: TestMember, slug: string) => who.call.jobs.kinds({ team: slug }),
  running: (who: TestMember, slug: string) => who.call.jobs.running({ team: slug }),
  watchTeam: (who: TestMember, slug: string) => who.call.jobs.watchTeam({ team: slug }),
};

describe.each(Object.entries(perTeam))('jobs.%s', (_name, call) => {
  it('not-found: a team that one does not belong to', async () => {
    expect(await rejection(call(outsider, team()))).toMatchObject({ code: 'team.not-found' });
  });

  it('unauthenticated: nobody has signed in', async () => {
    const stranger = { ...member, call: console_.stranger };
    expect(await rejection(call(stranger, team()))).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('jobs.list', () => {
  it('ok: walks all jobs, newest first, each once, although jobs are added meanwhile', async () => {
    const other = await console_.seedMember(await console_.seedTeam());
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) {
      // Three of one millisecond: the id decides their order.
      if (index % 3 === 0) console_.clock.advance(1000);
      ids.push((await seedJob(console_, other)).id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await other.call.jobs.list({ team: other.team.slug, limit: 3, ...(cursor && { cursor }) });
      seen.push(...page.jobs.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      console_.clock.advance(1000);
      if (seen.length === 3) await seedJob(console_, other);
    } while (cursor);
    expect(seen).toEqual([...ids].sort().reverse());
  });

  it('ok: filters by state, kind, machine and words', async () => {
    const other = await console_.seedMember(await console_.seedTeam());
    const machineId = await seedMachine(console_, other, 'edge-7');
    const failed = await seedJob(console_, other, {
      state: 'failed',
      kind: 'machine.create',
      subject: 'edge-7',
      machineId,
    });
    const queued = await seedJob(console_, other, { kind: 'machine.remove', subject: 'gone-1' });
    const find = async (filter: object) =>
      (await other.call.jobs.list({ team: other.team.slug, ...filter })).jobs.map(({ id }) => id);
    expect(await find({ states: ['failed', 'cancelled'] })).toEqual([failed.id]);
    expect(await find({ states: [] })).toEqual([]);
    expect(await find({ kinds: ['machine.remove'] })).toEqual([queued.id]);
    expect(await find({ machines: ['edge-7'] })).toEqual([failed.id]);
    expect(await find({ machines: ['gone-1'] })).toEqual([queued.id]);
    expect(await find({ machineId })).toEqual([failed.id]);
    expect(await find({ words: ['GONE', '-'] })).toEqual([queued.id]);
    expect(await find({ words: ['%'] })).toEqual([]);
  });

  it('ok: tells progress and what went wrong', async () => {
    const { id } = await seed({
      subject: 'tells-progress',
      state: 'failed',
      steps: [
        ['check-host', 'succeeded'],
        ['install-engine', 'failed'],
        ['start-engine', 'pending'],
      ],
      error: { code: 'ssh.unreachable', title: 'Host not reachable', public: 'No route.', step: 1 },
    });
    const { jobs } = await viewer.call.jobs.list({ team: team(), words: ['tells-progress'] });
    expect(jobs).toEqual([
      expect.objectContaining({
        id,
        errorTitle: 'Host not reachable',
        progress: { done: 1, total: 3, step: 'install-engine' },
        createdBy: member.user.name,
      }),
    ]);
  });

  it.each([
    ['a cursor that is none', { cursor: 'x' }],
    ['a page beyond the limit', { limit: 1000 }],
    ['a state that is none', { states: ['lost'] as never[] }],
    ['an over-long word', { words: ['x'.repeat(101)] }],
  ])('invalid-input: %s', async (_name, input) => {
    expect(await rejection(member.call.jobs.list({ team: team(), ...input }))).toMatchObject({ code: 'input.invalid' });
  });
});

describe('jobs.kinds', () => {
  it('ok: counts the kinds of this team only', async () => {
    const other = await console_.seedMember(await console_.seedTeam());
    await seedJob(console_, other, { kind: 'machine.create' });
    await seedJob(console_, other, { kind: 'machine.create' });
    await seedJob(console_, other, { kind: 'machine.remove' });
    expect(await other.call.jobs.kinds({ team: other.team.slug })).toEqual([
      { kind: 'machine.create', count: 2 },
      { kind: 'machine.remove', count: 1 },
    ]);
  });
});

describe('jobs.running', () => {
  it('ok: lists what has not ended, with its last line in plain text', async () => {
    const other = await console_.seedMember(await console_.seedTeam());
    const running = await seedJob(console_, other, { state: 'running', steps: [['check-host', 'running']] });
    await seedLines(console_, running, [{ text: 'first' }, { text: '\u001B[32mReading package lists\u001B[0m' }]);
    console_.clock.advance(1);
    const queued = await seedJob(console_, other);
    await seedJob(console_, other, { state: 'succeeded' });
    const { count, jobs } = await other.call.jobs.running({ team: other.team.slug });
    expect(count).toBe(2);
    expect(jobs.map(({ id, lastLine }) => [id, lastLine])).toEqual([
      [running.id, 'Reading package lists'],
      [queued.id, null],
    ]);
  });
});

describe('jobs.queue', () => {
  it('ok: tells for each job what it waits for', async () => {
    const other = await console_.seedMember(await console_.seedTeam());
    const machineId = await seedMachine(console_, other, 'queued-1');
    const { prisma } = console_.runtime.database;
    const first = await seedJob(console_, other, { kind: 'machine.stop', machineId, state: 'running' });
    console_.clock.advance(10);
    const second = await seedJob(console_, other, { kind: 'machine.start', machineId });
    console_.clock.advance(10);
    const alone = await seedJob(console_, other);
    console_.clock.advance(10);
    const held = await seedJob(console_, other);
    const batch = await prisma.jobBatch.create({
      data: { teamId: other.team.id, kind: 'machine.stop', atOnce: 5, createdByName: other.user.name },
    });
    await prisma.job.update({ where: { id: held.id }, data: { batchId: batch.id } });
    console_.clock.advance(10);
    const away = await seedJob(console_, other, { state: 'waiting' });
    const outage = { code: 'ssh.unreachable', reason: 'No route.', sinceMs: 1, nextTryMs: 2 };
    await prisma.job.update({ where: { id: away.id }, data: { waitingFor: outage } });
    const queue = await other.call.jobs.queue({ team: other.team.slug });
    expect(queue.map(({ id, waits }) => [id, waits])).toEqual([
      [first.id, null],
      [second.id, { for: 'job', job: { id: first.id, kind: 'machine.stop', subject: 'edge-1' } }],
      [alone.id, { for: 'worker' }],
      [held.id, { for: 'batch', batch: { id: batch.id, atOnce: 5 } }],
      [away.id, { for: 'outage', outage }],
    ]);
    const { job } = await other.call.jobs.get({ team: other.team.slug, job: held.id });
    expect(job.batch).toEqual({ id: batch.id, atOnce: 5, isHeld: true, running: 0 });
  });

  it('not-found: a team that one does not belong to', async () => {
    expect(await rejection(outsider.call.jobs.queue({ team: team() }))).toMatchObject({ code: 'team.not-found' });
  });
});
