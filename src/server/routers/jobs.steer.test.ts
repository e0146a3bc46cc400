import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type JobSeed, seedJob, seedMachine } from '@/server/operations/jobs/jobs.test-support';

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

describe('jobs that change a swarm', () => {
  const swarm = { kind: 'init', name: 'harbour' };
  it.each([
    ['machine.enter-swarm', { swarm }],
    ['machine.leave-swarm', { isForced: true }],
    ['machine.create', { provisioning: 'ssh', swarm }],
  ] as const)('forbidden: a member, for %s; ok: an admin', async (kind, more) => {
    const machineId = await seedMachine(console_, member, `node-${kind.replace('.', '-')}`);
    const payload = { machineId, ...more };
    const { id } = await seed({ kind, machineId, payload, state: 'failed' });
    const forbidden = { code: 'auth.forbidden' };
    const place = { team: team(), job: id };
    expect(await rejection(member.call.jobs.retry(place))).toMatchObject(forbidden);
    expect(await rejection(member.call.jobs.rollBack(place))).toMatchObject(forbidden);
    expect((await member.call.jobs.get(place)).steering).toEqual({ isAllowed: false, leastRole: 'admin' });
    expect((await jobRow(id)).state).toBe('failed');
    expect(await admin.call.jobs.retry(place)).toEqual({ state: 'queued' });
    expect(await rejection(member.call.jobs.cancel(place))).toMatchObject(forbidden);
    expect(await admin.call.jobs.cancel(place)).toEqual({ state: 'cancelled' });
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
