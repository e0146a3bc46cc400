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
const jobRow = (id: string) =>
  console_.runtime.database.prisma.job.findUniqueOrThrow({
    where: { id },
    include: { steps: { orderBy: { index: 'asc' } } },
  });
const auditOf = (id: string) =>
  console_.runtime.database.prisma.auditEvent.findMany({ where: { targetId: id }, orderBy: { seq: 'asc' } });

/** What the bus is told from now on. */
const heard = (id: string): string[] => {
  const topics: string[] = [];
  for (const topic of [`job:${id}`, `team:${member.team.id}`] as const) {
    console_.runtime.bus.subscribe(topic, () => topics.push(topic));
  }
  return topics;
};

// Every procedure that names one job: the same two refusals for each.
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

describe('jobs.get', () => {
  it('ok: says behind which job a queued one waits', async () => {
    const machineId = await seedMachine(console_, member, 'edge-waits');
    const first = await seed({ machineId, state: 'running', kind: 'machine.create', subject: 'edge-waits' });
    console_.clock.advance(1000);
    await seed({ machineId, subject: 'edge-waits' });
    console_.clock.advance(1000);
    const last = await seed({ machineId, subject: 'edge-waits' });
    const { job } = await viewer.call.jobs.get({ team: team(), job: last.id });
    expect(job.ahead).toEqual({ id: first.id, kind: 'machine.create', subject: 'edge-waits', count: 2 });
    expect((await viewer.call.jobs.get({ team: team(), job: first.id })).job.ahead).toBeNull();
  });

  it('ok: outlines the log by step without its lines', async () => {
    const job = await seed({ state: 'failed' });
    await seedLines(console_, job, [
      { text: 'a' },
      { text: 'b' },
      { step: 1, text: 'c' },
      { text: 'd' },
      { step: 2, text: 'e' },
    ]);
    const { log } = await viewer.call.jobs.get({ team: team(), job: job.id });
    expect(log).toEqual({
      lastSeq: 5,
      segments: [
        { step: 0, from: 1, to: 2 },
        { step: 1, from: 3, to: 3 },
        { step: 0, from: 4, to: 4 },
        { step: 2, from: 5, to: 5 },
      ],
    });
  });

  it("ok: tells that the owner of a machine may steer its removal, and of others' only an admin", async () => {
    const machineId = await seedMachine(console_, member, 'edge-owned');
    const { id } = await seed({ kind: 'machine.remove', machineId });
    const other = await console_.seedMember(member.team, 'member');
    const allowed = async (who: TestMember) => (await who.call.jobs.get({ team: team(), job: id })).steering.isAllowed;
    expect(await Promise.all([member, other, admin].map(allowed))).toEqual([true, false, true]);
  });

  it.each([
    ['test.kind', 'viewer', { isAllowed: false, leastRole: 'member' }],
    ['test.kind', 'member', { isAllowed: true, leastRole: 'member' }],
    ['machine.remove', 'member', { isAllowed: false, leastRole: 'admin' }],
    ['machine.remove', 'admin', { isAllowed: true, leastRole: 'admin' }],
  ] as const)('ok: tells who may steer a %s job, as %s', async (kind, role, steering) => {
    const { id } = await seed({ kind });
    const who = { viewer, member, admin }[role];
    expect((await who.call.jobs.get({ team: team(), job: id })).steering).toEqual(steering);
  });
});

describe('jobs.log', () => {
  it('ok: gives a range of lines in order, as far as they exist', async () => {
    const job = await seed();
    await seedLines(console_, job, [{ text: 'a' }, { text: 'b', stream: 'stderr', step: 1 }, { text: 'c' }]);
    const { lines } = await viewer.call.jobs.log({ team: team(), job: job.id, from: 2, to: 500 });
    expect(lines.map(({ seq, step, stream, text }) => [seq, step, stream, text])).toEqual([
      [2, 1, 'stderr', 'b'],
      [3, 0, 'stdout', 'c'],
    ]);
  });

  it.each([
    ['more than a page', { from: 1, to: 1001 }],
    ['an end before its start', { from: 5, to: 4 }],
    ['a line before the first', { from: 0, to: 4 }],
    ['a number beyond the database', { from: 1, to: 2 ** 53 - 1 }],
  ])('invalid-input: %s', async (_name, range) => {
    const { id } = await seed();
    const error = await rejection(member.call.jobs.log({ team: team(), job: id, ...range }));
    expect(error).toMatchObject({ code: 'input.invalid' });
  });
});

describe('jobs.searchLog', () => {
  it('ok: finds lines as they are shown, across colour codes and whatever the case', async () => {
    const job = await seed();
    await seedLines(console_, job, [
      { text: 'Setting up docker.io' },
      { text: 'set\u001B[31mTING\u001B[0m up' },
      { text: 'a code that is not shown: \u001B[31mx' },
      { text: 'settings', step: 1 },
      { text: '100% _done_' },
      { text: 'Ünknown ÄRGER' },
    ]);
    const find = async (text: string, step?: number) =>
      (await viewer.call.jobs.searchLog({ team: team(), job: job.id, text, ...(step !== undefined && { step }) })).seqs;
    expect(await find('setting')).toEqual([1, 2, 4]);
    expect(await find('setting', 1)).toEqual([4]);
    expect(await find('31m')).toEqual([]);
    expect(await find('% _')).toEqual([5]);
    expect(await find('\\')).toEqual([]);
    expect(await find('ärger')).toEqual([6]);
  });

  it('ok: says how far it has looked', async () => {
    const job = await seed();
    await seedLines(console_, job, [{ text: 'a' }, { text: 'b' }]);
    const found = await viewer.call.jobs.searchLog({ team: team(), job: job.id, text: 'zzz' });
    expect(found).toEqual({ seqs: [], throughSeq: 2, isComplete: true });
  });

  it.each([
    ['nothing', ''],
    ['an over-long text', 'x'.repeat(201)],
  ])('invalid-input: %s', async (_name, text) => {
    const { id } = await seed();
    expect(await rejection(member.call.jobs.searchLog({ team: team(), job: id, text }))).toMatchObject({
      code: 'input.invalid',
    });
  });
});

describe('jobs.cancel', () => {
  it('ok: ends a queued job at once with its steps, and tells audit and viewers', async () => {
    const { id } = await seed({
      steps: [
        ['check-host', 'succeeded'],
        ['install-engine', 'pending'],
      ],
    });
    const topics = heard(id);
    expect(await member.call.jobs.cancel({ team: team(), job: id })).toEqual({ state: 'cancelled' });
    const row = await jobRow(id);
    expect(row).toMatchObject({ state: 'cancelled', finishedAt: console_.clock.now(), attempt: 1 });
    expect(row.error).toMatchObject({ code: 'job.cancelled', step: 1 });
    expect(row.steps.map(({ state }) => state)).toEqual(['succeeded', 'cancelled']);
    expect(topics).toEqual([`job:${id}`, `team:${member.team.id}`]);
    expect(await auditOf(id)).toMatchObject([
      { action: 'job.cancelled', actorId: member.user.id, before: { state: 'queued' }, after: { state: 'cancelled' } },
    ]);
  });

  it.each(['running', 'waiting'] as const)(
    'ok: asks a %s job to stop and leaves its steps to the worker',
    async (state) => {
      const { id } = await seed({ state, steps: [['check-host', 'running']] });
      expect(await member.call.jobs.cancel({ team: team(), job: id })).toEqual({ state: 'cancelling' });
      const row = await jobRow(id);
      expect(row).toMatchObject({ state: 'cancelling', cancelRequestedAt: console_.clock.now(), finishedAt: null });
      expect(row.steps[0]?.state).toBe('running');
      expect(await auditOf(id)).toMatchObject([{ action: 'job.cancel-requested' }]);
    },
  );

  it.each(['succeeded', 'failed', 'cancelling', 'cancelled'] as const)('conflict: a job that is %s', async (state) => {
    const { id } = await seed({ state });
    expect(await rejection(member.call.jobs.cancel({ team: team(), job: id }))).toMatchObject({
      code: 'job.wrong-state',
    });
    expect(await auditOf(id)).toEqual([]);
  });

  it('forbidden: a viewer', async () => {
    const { id } = await seed();
    expect(await rejection(viewer.call.jobs.cancel({ team: team(), job: id }))).toMatchObject({
      code: 'auth.forbidden',
    });
  });

  it('forbidden: a member, for a job that only an admin may begin', async () => {
    const { id } = await seed({ kind: 'machine.remove' });
    expect(await rejection(member.call.jobs.cancel({ team: team(), job: id }))).toMatchObject({
      code: 'auth.forbidden',
    });
    expect((await jobRow(id)).state).toBe('queued');
    await admin.call.jobs.cancel({ team: team(), job: id });
  });
});

describe('jobs.retry', () => {
  it.each(['failed', 'cancelled'] as const)(
    'ok: puts a %s job back into the queue at its first step that is not done',
    async (state) => {
      const machineId = await seedMachine(console_, member, `edge-retry-${state}`);
      const { id } = await seed({
        state,
        machineId,
        steps: [
          ['check-host', 'succeeded'],
          ['install-engine', state],
          ['start-engine', state === 'cancelled' ? 'cancelled' : 'pending'],
        ],
        error: { code: 'ssh.timeout', title: 'No answer in time', public: 'No answer.', step: 1 },
      });
      const topics = heard(id);
      expect(await member.call.jobs.retry({ team: team(), job: id })).toEqual({ state: 'queued' });
      const row = await jobRow(id);
      expect(row).toMatchObject({
        state: 'queued',
        error: null,
        startedAt: null,
        finishedAt: null,
        cancelRequestedAt: null,
      });
      expect(row.steps.map((step) => step.state)).toEqual(['succeeded', 'pending', 'pending']);
      expect(console_.queue.deliveries.at(-1)).toEqual({ jobId: id, key: machineId });
      expect(topics).toEqual([`job:${id}`, `team:${member.team.id}`]);
      expect(await auditOf(id)).toMatchObject([
        { action: 'job.retried', before: { state }, after: { state: 'queued' } },
      ]);
    },
  );

  it('ok: a job without a machine has a queue of its own', async () => {
    const { id } = await seed({ state: 'failed' });
    await member.call.jobs.retry({ team: team(), job: id });
    expect(console_.queue.deliveries.at(-1)).toEqual({ jobId: id, key: id });
  });

  it.each(['queued', 'running', 'waiting', 'succeeded', 'cancelling'] as const)(
    'conflict: a job that is %s',
    async (state) => {
      const { id } = await seed({ state });
      expect(await rejection(member.call.jobs.retry({ team: team(), job: id }))).toMatchObject({
        code: 'job.wrong-state',
      });
    },
  );

  it('conflict: the machine has another job', async () => {
    const machineId = await seedMachine(console_, member, 'edge-busy');
    const { id } = await seed({ state: 'failed', machineId });
    const other = await seed({ state: 'running', machineId });
    const before = console_.queue.deliveries.length;
    expect(await rejection(member.call.jobs.retry({ team: team(), job: id }))).toMatchObject({
      code: 'job.machine-busy',
    });
    expect((await jobRow(id)).state).toBe('failed');
    expect(console_.queue.deliveries).toHaveLength(before);
    await console_.runtime.database.prisma.job.update({ where: { id: other.id }, data: { state: 'succeeded' } });
    await member.call.jobs.retry({ team: team(), job: id });
  });

  it('forbidden: a viewer, and a member for a job that only an admin may begin', async () => {
    const { id } = await seed({ state: 'failed', kind: 'machine.remove' });
    expect(await rejection(viewer.call.jobs.retry({ team: team(), job: id }))).toMatchObject({
      code: 'auth.forbidden',
    });
    expect(await rejection(member.call.jobs.retry({ team: team(), job: id }))).toMatchObject({
      code: 'auth.forbidden',
    });
    await admin.call.jobs.retry({ team: team(), job: id });
  });
});

describe('jobs.runAgain', () => {
  const again = (who: TestMember, job: string) => who.call.jobs.runAgain({ team: who.team.slug, job });
  const ofMachine = async (name: string, more: JobSeed) => {
    const { id: machineId } = await console_.runtime.database.prisma.machine.create({
      data: { teamId: member.team.id, ownerId: member.user.id, name, driver: 'fake', options: {}, engineSettings: {} },
      select: { id: true },
    });
    await console_.runtime.database.prisma.machine.update({ where: { id: machineId }, data: { state: 'running' } });
    return seed({ kind: 'machine.restart', subject: name, machineId, state: 'succeeded', ...more });
  };

  it('ok: a new job of the same kind on the same machine', async () => {
    const { id } = await ofMachine('again-1', {});
    expect((await again(member, id)).jobId).not.toBe(id);
    const { jobs } = await member.call.jobs.list({ team: team(), machines: ['again-1'] });
    expect(jobs.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'machine.restart queued',
      'machine.restart succeeded',
    ]);
    expect((await member.call.jobs.get({ team: team(), job: id })).job.canRunAgain).toBe(true);
  });

  it('conflict: one that runs, one of a kind that begins elsewhere; forbidden: what one may not begin', async () => {
    const running = await ofMachine('again-2', { state: 'running' });
    expect(await rejection(again(member, running.id))).toMatchObject({ code: 'job.wrong-state' });
    const created = await ofMachine('again-3', { kind: 'machine.create' });
    expect(await rejection(again(member, created.id))).toMatchObject({ code: 'job.wrong-state' });
    const enforced = await ofMachine('again-4', { kind: 'machine.enforce' });
    expect(await rejection(again(member, enforced.id))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(again(viewer, created.id))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(again(outsider, created.id))).toMatchObject({ code: 'job.not-found' });
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
