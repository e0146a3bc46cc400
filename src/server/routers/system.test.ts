import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let operator: TestMember;
let member: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

const prisma = () => console_.runtime.database.prisma;

beforeEach(async () => {
  await prisma().user.updateMany({ data: { operator: false } });
  ({ admin: operator, owner: member } = await console_.seedCrew('admin', 'owner'));
  await prisma().user.update({ where: { id: operator.user.id }, data: { operator: true }, select: { id: true } });
});

const seedReplica = async (data: { heartbeatAgoMs?: number; stoppedAt?: Date } = {}) => {
  const now = console_.clock.now();
  const { id } = await prisma().replica.create({
    data: {
      id: randomUUID(),
      role: 'worker',
      host: 'node-1',
      pid: 7,
      version: '0.1.0',
      startedAt: now,
      heartbeatAt: new Date(now.getTime() - (data.heartbeatAgoMs ?? 0)),
      stoppedAt: data.stoppedAt ?? null,
    },
    select: { id: true },
  });
  return id;
};

describe('system.get', () => {
  it('ok: replicas with their state, the queue and the database', async () => {
    const alive = await seedReplica();
    const silent = await seedReplica({ heartbeatAgoMs: 60_000 });
    const stopped = await seedReplica({ stoppedAt: console_.clock.now() });
    const system = await operator.call.system.get();
    expect(system.replicas.map(({ id, state }) => ({ id, state }))).toEqual([
      { id: alive, state: 'alive' },
      { id: silent, state: 'silent' },
      { id: stopped, state: 'stopped' },
    ]);
    expect(system.queue).toEqual({ queued: 0, running: 0, waiting: 0, oldestSeconds: 0 });
    expect(system.database.bytes).toBeGreaterThan(1_000_000);
    expect(system.masterKey).toEqual({
      place: { kind: 'file', path: join(console_.runtime.env.dataDir, 'master.key') },
      fingerprint: null,
    });
  });

  it('forbidden: an owner of a team who is no operator', async () => {
    expect(await rejection(member.call.system.get())).toMatchObject({ code: 'auth.forbidden' });
  });

  it('unauthenticated: a stranger', async () => {
    expect(await rejection(console_.stranger.system.get())).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('system.samples', () => {
  const at = (agoMs: number) => new Date(console_.clock.now().getTime() - agoMs);

  it('ok: the last hour as it was measured, the last day in means, worsts and sums', async () => {
    const replicaId = await seedReplica();
    await prisma().systemSample.createMany({
      data: [
        { replicaId, at: at(90 * 60_000), values: { memoryMb: 100, loopDelayMs: 4, jobsEnded: 1 } },
        { replicaId, at: at(90 * 60_000 - 15_000), values: { memoryMb: 200, loopDelayMs: 30, jobsEnded: 2 } },
        { replicaId, at: at(60_000), values: { memoryMb: 150, poolOpen: 3 } },
      ],
    });
    const hour = await operator.call.system.samples({ span: 'hour' });
    expect(hour.map(({ values }) => values)).toEqual([{ memoryMb: 150, poolOpen: 3 }]);
    const day = await operator.call.system.samples({ span: 'day' });
    expect(day).toEqual([
      { replicaId, atMs: at(90 * 60_000).getTime(), values: { memoryMb: 150, loopDelayMs: 30, jobsEnded: 3 } },
      { replicaId, atMs: at(6 * 60_000).getTime(), values: { memoryMb: 150, poolOpen: 3 } },
    ]);
  });

  it('forbidden: a member', async () => {
    expect(await rejection(member.call.system.samples({ span: 'day' }))).toMatchObject({ code: 'auth.forbidden' });
  });
});

describe('system.setOperator', () => {
  it('ok: makes another account an operator, and takes it back, audited by who did it', async () => {
    await operator.call.system.setOperator({ email: member.user.email, isOperator: true });
    expect(await operator.call.system.operators()).toHaveLength(2);
    await member.call.system.setOperator({ email: operator.user.email, isOperator: false });
    expect((await member.call.system.operators()).map(({ id }) => id)).toEqual([member.user.id]);
    const events = await prisma().auditEvent.findMany({
      where: { teamId: operator.team.id },
      orderBy: { seq: 'asc' },
      select: { action: true, actorName: true, targetName: true },
    });
    expect(events).toEqual([
      { action: 'operator.granted', actorName: operator.user.name, targetName: member.user.name },
      { action: 'operator.withdrawn', actorName: member.user.name, targetName: operator.user.name },
    ]);
  });

  it('ok: what is so already is no event', async () => {
    await operator.call.system.setOperator({ email: operator.user.email, isOperator: true });
    expect(await prisma().auditEvent.count({ where: { teamId: operator.team.id } })).toBe(0);
  });

  it('conflict: the last operator', async () => {
    const call = operator.call.system.setOperator({ email: operator.user.email, isOperator: false });
    expect(await rejection(call)).toMatchObject({ code: 'operator.last' });
  });

  it('not-found: an address without an account', async () => {
    const call = operator.call.system.setOperator({ email: 'nobody@example.test', isOperator: true });
    expect(await rejection(call)).toMatchObject({ code: 'member.not-found' });
  });

  it('invalid-input: no address', async () => {
    const call = operator.call.system.setOperator({ email: 'nobody', isOperator: true });
    expect(await rejection(call)).toMatchObject({ code: 'input.invalid' });
  });

  it('forbidden: an owner of a team who is no operator', async () => {
    const call = member.call.system.setOperator({ email: member.user.email, isOperator: true });
    expect(await rejection(call)).toMatchObject({ code: 'auth.forbidden' });
  });
});
