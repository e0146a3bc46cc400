import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { MachineState } from '@/lib/machine';
import { deliverHeldJobs } from '@/server/jobs/batches';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let admin: TestMember;
let member: TestMember;
let viewer: TestMember;
let outsider: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ admin, member, viewer } = await console_.seedCrew('admin', 'member', 'viewer'));
  outsider = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());
beforeEach(async () => {
  const { prisma } = console_.runtime.database;
  await prisma.machine.deleteMany();
  await prisma.job.deleteMany();
  await prisma.jobBatch.deleteMany();
  console_.queue.deliveries.length = 0;
});

const prisma = () => console_.runtime.database.prisma;

const seed = (name: string, state: MachineState = 'running', driver = 'fake') =>
  prisma().machine.create({
    data: {
      teamId: member.team.id,
      name,
      driver,
      options: driver === 'fake' ? {} : { address: '192.0.2.7', sshKeyId: '01900000-0000-7000-8000-000000000000' },
      engineSettings: {},
      ownerId: member.actor.userId,
      state,
    },
    select: { id: true },
  });

const seedMany = async (count: number): Promise<string[]> => {
  const names = Array.from({ length: count }, (_, index) => `edge-${index + 1}`);
  for (const name of names) await seed(name);
  return names;
};

const end = (jobId: string, state: 'succeeded' | 'failed') =>
  prisma().job.update({ where: { id: jobId }, data: { state, finishedAt: console_.clock.now() } });

const input = (machines: readonly string[], action: 'stop' | 'start' | 'restart' | 'remove' = 'stop') => ({
  team: member.team.slug,
  action,
  machines: [...machines],
});

describe('batches.preview', () => {
  it('ok: says for each machine whether it runs, waits or is refused, and why', async () => {
    await seed('free');
    await seed('off', 'stopped');
    await seed('host', 'running', 'generic');
    await seed('busy');
    const { jobId } = await member.call.machines.act({ team: member.team.slug, machine: 'busy', action: 'restart' });
    const { rows } = await member.call.batches.preview(input(['free', 'off', 'host', 'busy', 'gone', 'free']));
    expect(rows).toEqual([
      { machine: 'free', verdict: 'runs', reason: null, behind: null },
      { machine: 'off', verdict: 'refused', reason: 'off cannot be stopped while it is stopped.', behind: null },
      { machine: 'host', verdict: 'refused', reason: expect.stringContaining('SSH only') as string, behind: null },
      {
        machine: 'busy',
        verdict: 'waits',
        reason: null,
        behind: { id: jobId, kind: 'machine.restart', subject: 'busy' },
      },
      { machine: 'gone', verdict: 'refused', reason: expect.stringContaining('no machine') as string, behind: null },
    ]);
  });

  it('invalid-input, forbidden, not-found', async () => {
    expect(await rejection(member.call.batches.preview(input([])))).toMatchObject({ code: 'input.invalid' });
    const many = Array.from({ length: 501 }, (_, index) => `m-${index}`);
    expect(await rejection(member.call.batches.preview(input(many)))).toMatchObject({ code: 'input.invalid' });
    expect(await rejection(viewer.call.batches.preview(input(['a'])))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(outsider.call.batches.preview(input(['a'])))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('batches.start', () => {
  it('ok: hands over as many as may run at once, and one more as each ends; twice at once changes nothing', async () => {
    const names = await seedMany(5);
    const { batchId } = await member.call.batches.start({ ...input([...names, 'gone']), atOnce: 2 });
    expect(console_.queue.deliveries).toHaveLength(2);
    const view = await viewer.call.batches.get({ team: member.team.slug, batch: batchId });
    expect(view.counts).toMatchObject({ queued: 2, held: 3 });
    expect(view.skipped).toMatchObject([{ machine: 'gone' }]);
    expect(view.jobs.map(({ subject, isHeld }) => [subject, isHeld])).toEqual(
      names.map((name, index) => [name, index > 1]),
    );
    await deliverHeldJobs(console_.runtime);
    expect(console_.queue.deliveries).toHaveLength(2);
    await end(view.jobs[0]?.id ?? '', 'succeeded');
    await Promise.all([deliverHeldJobs(console_.runtime), deliverHeldJobs(console_.runtime)]);
    expect(console_.queue.deliveries.map(({ jobId }) => jobId)).toEqual(view.jobs.slice(0, 3).map(({ id }) => id));
    expect(await viewer.call.batches.list({ team: member.team.slug })).toMatchObject([
      { id: batchId, kind: 'machine.stop', counts: { succeeded: 1, queued: 2, held: 2 } },
    ]);
  });

  it('ok: removes several once the count was typed', async () => {
    const names = await seedMany(2);
    const wrong = await rejection(member.call.batches.start({ ...input(names, 'remove'), confirm: 'remove' }));
    expect(wrong).toMatchObject({
      code: 'input.invalid',
      fieldErrors: { confirm: 'Type "remove 2 machines" to confirm.' },
    });
    await member.call.batches.start({ ...input(names, 'remove'), confirm: 'remove 2 machines' });
    expect(await prisma().machine.count({ where: { state: 'removing' } })).toBe(2);
    expect(
      await prisma().auditEvent.count({ where: { teamId: member.team.id, action: 'batch.started' } }),
    ).toBeGreaterThan(0);
  });

  it('conflict: no machine can be acted on; forbidden: a viewer', async () => {
    await seed('off', 'stopped');
    expect(await rejection(member.call.batches.start(input(['off'])))).toMatchObject({ code: 'machine.wrong-state' });
    expect(await prisma().jobBatch.count()).toBe(0);
    expect(await rejection(viewer.call.batches.start(input(['off'])))).toMatchObject({ code: 'auth.forbidden' });
  });
});

describe('batches.cancelRest and batches.retryFailed', () => {
  it('ok: what has not begun is cancelled, also what is held; what failed comes back in its turn', async () => {
    const names = await seedMany(4);
    const { batchId: batch } = await member.call.batches.start({ ...input(names), atOnce: 1 });
    const call = { team: member.team.slug, batch };
    const [first] = (await member.call.batches.get(call)).jobs;
    await prisma().job.update({ where: { id: first?.id ?? '' }, data: { state: 'running' } });
    expect(await member.call.batches.cancelRest(call)).toEqual({ done: 3, refused: [] });
    expect((await member.call.batches.get(call)).counts).toMatchObject({ running: 1, cancelled: 3, held: 0 });
    await end(first?.id ?? '', 'failed');
    console_.queue.deliveries.length = 0;
    expect(await member.call.batches.retryFailed(call)).toEqual({ done: 4, refused: [] });
    expect(console_.queue.deliveries).toHaveLength(1);
    expect((await member.call.batches.get(call)).counts).toMatchObject({ queued: 1, held: 3 });
  });

  it("not-found: another team's batch; forbidden: a viewer", async () => {
    const { batchId: batch } = await member.call.batches.start(input(await seedMany(1)));
    const theirs = { team: outsider.team.slug, batch };
    for (const call of [
      outsider.call.batches.get,
      outsider.call.batches.cancelRest,
      outsider.call.batches.retryFailed,
    ]) {
      expect(await rejection(call(theirs))).toMatchObject({ code: 'batch.not-found' });
    }
    const own = { team: viewer.team.slug, batch };
    expect(await rejection(viewer.call.batches.cancelRest(own))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(viewer.call.batches.retryFailed(own))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(admin.call.batches.get({ ...own, batch: 'x' }))).toMatchObject({ code: 'input.invalid' });
  });
});
