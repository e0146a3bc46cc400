import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { deadlineSignal } from '@/server/clock/deadline';
import { type LedgerBench, openLedgerBench } from '@/server/operations/ledger/ledger-bench.test-support';

import { rejection } from '../../../test/support/rejection';
import type { TestMember } from '../../../test/support/test-console';

vi.mock('@/server/clock/deadline', { spy: true });

let bench: LedgerBench;
let owner: TestMember;
let admin: TestMember;
let member: TestMember;
let viewer: TestMember;
let foreign: TestMember;
let team: string;

beforeAll(async () => {
  bench = await openLedgerBench();
});
afterAll(() => bench.console_.close());
beforeEach(async () => {
  await bench.comeBack();
  const row = await bench.console_.seedTeam();
  team = row.slug;
  owner = await bench.console_.seedMember(row, 'owner');
  admin = await bench.console_.seedMember(row, 'admin');
  member = await bench.console_.seedMember(row, 'member');
  viewer = await bench.console_.seedMember(row, 'viewer');
  foreign = await bench.console_.seedMember(await bench.console_.seedTeam(), 'owner');
});

const listed = async (show?: 'asked' | 'found' | 'missing' | 'unwanted' | 'forgotten' | 'exists') =>
  viewer.call.resources.list({ team, ...(show && { show }) });

const only = async (show: 'asked' | 'found' | 'missing' | 'unwanted' | 'forgotten') => {
  const { resources } = await listed(show);
  expect(resources).toHaveLength(1);
  return resources[0]?.id ?? '';
};

/** Every deadline is over at once, until the test has ended. */
const isLate = () => {
  const deadline = vi.mocked(deadlineSignal).mockReturnValue(AbortSignal.abort(new Error('it is late')));
  onTestFinished(() => deadline.mockRestore());
};

const plant = (machineId: string, name = 'harbour-stray') =>
  bench.plant({ teamId: owner.team.id, machineId, kind: 'disk', name });

const there = async () => (await bench.things(owner.team.id)).map(({ id }) => id);

const auditOf = (action: string) =>
  bench.console_.runtime.database.prisma.auditEvent.findFirst({ where: { teamId: owner.team.id, action } });

/** A machine that is gone from the console while its provider was away. */
const buried = async (name: string) => {
  const { machineId } = await bench.create(owner, name, { token: 'a secret' });
  await bench.goDown();
  await bench.remove(owner, name);
  await bench.comeBack();
  const [tombstone] = await viewer.call.resources.tombstones({ team });
  return { machineId, tombstone: tombstone?.id ?? '' };
};

describe('resources.list', () => {
  it('ok: shows a viewer what exists, by machine, with counts and why there is nothing', async () => {
    await bench.create(owner, 'edge-1');
    await bench.create(owner, 'edge-2');
    const page = await listed();
    expect(page.counts).toEqual({ exists: 8, asked: 0, missing: 0, unwanted: 0, found: 0, forgotten: 0 });
    expect(page.resources.map(({ machineName, kind }) => `${machineName} ${kind}`).slice(0, 5)).toEqual([
      'edge-1 key-pair',
      'edge-1 disk',
      'edge-1 instance',
      'edge-1 address',
      'edge-2 key-pair',
    ]);
    expect(page.resources[0]).toMatchObject({ standing: 'exists', hasMachine: true, driverLabel: 'Simulation' });
    const one = await viewer.call.resources.list({ team, machine: 'edge-2' });
    expect(one.resources).toHaveLength(4);
    expect(one.whyNothing).toBeNull();
    expect(JSON.stringify(page)).not.toContain('secret');
  });

  it('invalid-input: a standing that there is not', async () => {
    const input = { team, show: 'lost' } as unknown as { team: string };
    expect(await rejection(viewer.call.resources.list(input))).toMatchObject({ code: 'input.invalid' });
  });

  it("not-found: another team's things are not shown", async () => {
    await bench.create(owner, 'edge-1');
    expect((await foreign.call.resources.list({ team: foreign.team.slug })).resources).toEqual([]);
    expect(await rejection(foreign.call.resources.list({ team }))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('resources.compare', () => {
  it('ok: finds what exists, what is missing and what is not in the ledger', async () => {
    const { machineId } = await bench.create(owner, 'edge-1');
    const [first] = await bench.things(owner.team.id);
    if (first) await bench.drop(first);
    await plant(machineId);
    await plant(randomUUID());
    const outcome = await member.call.resources.compare({ team });
    expect(outcome).toMatchObject({ accounts: 1, failures: [], present: 3, missing: 1, found: 2, gone: 0 });
    const { counts, comparedAt } = await listed();
    expect(counts).toEqual({ exists: 3, missing: 1, found: 2, asked: 0, unwanted: 0, forgotten: 0 });
    expect(comparedAt).toEqual(bench.clock.now());
    expect(await member.call.resources.compare({ team })).toMatchObject({ found: 0, present: 5 });
  });

  it('ok: looks at one machine only where one is named', async () => {
    const { machineId } = await bench.create(owner, 'edge-1');
    const other = await bench.create(owner, 'edge-2');
    await plant(machineId);
    await plant(other.machineId);
    expect(await member.call.resources.compare({ team, machine: 'edge-2' })).toMatchObject({ present: 4, found: 1 });
  });

  it('ok: leaves the rows of a provider that does not answer, and says why', async () => {
    await bench.create(owner, 'edge-1');
    await bench.goDown();
    const outcome = await member.call.resources.compare({ team });
    expect(outcome).toMatchObject({ accounts: 1, present: 0, missing: 0 });
    expect(outcome.failures).toEqual([{ driver: 'Simulation', reason: 'The simulated provider does not answer.' }]);
    expect((await listed()).counts.exists).toBe(4);
  });

  it('ok: leaves the rows of a provider that takes too long, and says so', async () => {
    await bench.create(owner, 'edge-1');
    isLate();
    const outcome = await member.call.resources.compare({ team });
    expect(outcome.failures).toEqual([{ driver: 'Simulation', reason: 'The provider did not answer within 60 s.' }]);
    expect((await listed()).counts.exists).toBe(4);
  });

  it('ok: a creation whose answer was lost is settled without being asked', async () => {
    const { job } = await bench.create(owner, 'edge-1', { scenario: 'lost-answer' });
    expect(job.state).toBe('failed');
    expect((await listed()).counts).toMatchObject({ exists: 3, asked: 0 });
    await bench.remove(owner, 'edge-1');
    expect(await there()).toEqual([]);
  });

  it('not-found: a machine that is not there; conflict: one whose driver makes nothing', async () => {
    expect(await rejection(member.call.resources.compare({ team, machine: 'nowhere' }))).toMatchObject({
      code: 'machine.not-found',
    });
    await bench.console_.runtime.database.prisma.machine.create({
      data: { teamId: owner.team.id, name: 'web-1', driver: 'generic', options: {}, engineSettings: {} },
    });
    expect(await rejection(member.call.resources.compare({ team, machine: 'web-1' }))).toMatchObject({
      code: 'driver.unsupported',
    });
    expect((await viewer.call.resources.list({ team, machine: 'web-1' })).whyNothing).toMatch(/nothing to compare/);
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.resources.compare({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });
});

describe('resources.remove, adopt and forget', () => {
  it('ok: removes what was found, also of a machine that nobody knows', async () => {
    await bench.create(owner, 'edge-1');
    const stray = await plant(randomUUID());
    await admin.call.resources.compare({ team });
    await admin.call.resources.remove({ team, resource: await only('found') });
    expect(await there()).not.toContain(stray.id);
    expect(await there()).toHaveLength(4);
    expect((await listed()).counts.found).toBe(0);
    expect(await auditOf('resource.removed')).toMatchObject({ before: { kind: 'disk', providerId: stray.id } });
  });

  it('unreachable: where it takes too long, and leaves the row', async () => {
    await bench.create(owner, 'edge-1');
    await plant(randomUUID());
    await admin.call.resources.compare({ team });
    const resource = await only('found');
    isLate();
    await expect(admin.call.resources.remove({ team, resource })).rejects.toMatchObject({
      cause: { code: 'driver.unreachable', public: expect.stringContaining('look again in a minute') as string },
    });
    expect((await listed()).counts.found).toBe(1);
  });

  it('ok: adopts what was made for a machine; it goes with the machine', async () => {
    const { machineId } = await bench.create(owner, 'edge-1');
    await plant(machineId);
    await admin.call.resources.compare({ team });
    await admin.call.resources.adopt({ team, resource: await only('found') });
    expect((await listed()).counts).toMatchObject({ found: 0, exists: 5 });
    expect(await auditOf('resource.adopted')).toMatchObject({ after: { into: 'machine' } });
    await bench.remove(owner, 'edge-1');
    expect(await there()).toEqual([]);
    expect((await listed()).resources).toEqual([]);
  });

  it('ok: adopts what was made for a buried machine into its tombstone', async () => {
    const { machineId, tombstone } = await buried('edge-1');
    await plant(machineId);
    await admin.call.resources.compare({ team });
    await admin.call.resources.adopt({ team, resource: await only('found') });
    expect((await listed('unwanted')).resources.map(({ tombstoneId }) => tombstoneId)).toEqual(
      Array.from({ length: 5 }, () => tombstone),
    );
  });

  it('ok: forgets what was found, and does not find it again', async () => {
    await bench.create(owner, 'edge-1');
    const stray = await plant(randomUUID());
    await admin.call.resources.compare({ team });
    await admin.call.resources.forget({ team, resource: await only('found') });
    expect(await admin.call.resources.compare({ team })).toMatchObject({ found: 0 });
    expect(await there()).toContain(stray.id);
    expect((await listed('forgotten')).resources).toMatchObject([{ providerId: stray.id, standing: 'forgotten' }]);
  });

  it('conflict: what a machine uses goes with it; what nobody made for a known machine is not adopted', async () => {
    await bench.create(owner, 'edge-1');
    const { resources } = await listed('exists');
    const used = { team, resource: resources[0]?.id ?? '' };
    for (const act of ['remove', 'adopt', 'forget'] as const) {
      expect(await rejection(admin.call.resources[act](used))).toMatchObject({ code: 'resource.wrong-state' });
    }
    await plant(randomUUID());
    await admin.call.resources.compare({ team });
    const stray = { team, resource: await only('found') };
    expect(await rejection(admin.call.resources.adopt(stray))).toMatchObject({ code: 'resource.wrong-state' });
  });

  it("forbidden: for members; not-found: another team's thing; invalid-input: no id", async () => {
    const { machineId } = await bench.create(owner, 'edge-1');
    await plant(machineId);
    await admin.call.resources.compare({ team });
    const resource = await only('found');
    for (const act of ['remove', 'adopt', 'forget'] as const) {
      expect(await rejection(member.call.resources[act]({ team, resource }))).toMatchObject({ code: 'auth.forbidden' });
      expect(await rejection(foreign.call.resources[act]({ team: foreign.team.slug, resource }))).toMatchObject({
        code: 'resource.not-found',
      });
      expect(await rejection(admin.call.resources[act]({ team, resource: 'x' }))).toMatchObject({
        code: 'input.invalid',
      });
    }
  });
});

describe('resources.tombstones, tryTombstone and forgetTombstone', () => {
  it('ok: shows the tombstone with what is left, and removes it when it is tried', async () => {
    const { tombstone } = await buried('edge-1');
    const [shown] = await viewer.call.resources.tombstones({ team });
    expect(shown).toMatchObject({ machineName: 'edge-1', state: 'waiting', tries: 1, driverLabel: 'Simulation' });
    expect(shown?.things.map(({ kind }) => kind)).toEqual(['key-pair', 'disk', 'instance', 'address']);
    const { jobId } = await member.call.resources.tryTombstone({ team, tombstone });
    expect(await viewer.call.resources.tombstones({ team })).toMatchObject([{ state: 'removing', lastJobId: jobId }]);
    await bench.run(jobId);
    expect(await there()).toEqual([]);
    expect(await viewer.call.resources.tombstones({ team })).toEqual([]);
  });

  it('ok: forgetting says exactly what is left behind, and keeps it', async () => {
    const { tombstone } = await buried('edge-1');
    const left = (await bench.things(owner.team.id)).map(({ kind, name, id }) => ({ kind, name, providerId: id }));
    const told = await admin.call.resources.forgetTombstone({ team, tombstone, confirm: 'edge-1' });
    const sorted = (things: readonly { kind: string }[]) => things.toSorted((a, b) => a.kind.localeCompare(b.kind));
    expect(sorted(told.leftBehind)).toEqual(sorted(left));
    const [shown] = await viewer.call.resources.tombstones({ team });
    expect(shown).toMatchObject({ state: 'forgotten', endedByName: admin.user.name });
    expect(sorted(shown?.things ?? [])).toEqual(sorted(left));
    expect(await auditOf('tombstone.forgotten')).toMatchObject({ after: { leftBehind: told.leftBehind } });
    const { secret } = bench.console_.runtime.database.prisma;
    expect(await secret.count({ where: { teamId: owner.team.id, purpose: 'driver-options' } })).toBe(0);
    expect((await listed()).resources).toEqual([]);
    expect((await listed('forgotten')).resources).toHaveLength(4);
  });

  it('conflict: not while a try runs, not one thing of it, and not after it has ended', async () => {
    const { tombstone } = await buried('edge-1');
    const input = { team, tombstone };
    const { resources } = await listed('unwanted');
    const one = { team, resource: resources[0]?.id ?? '' };
    expect(await rejection(admin.call.resources.forget(one))).toMatchObject({ code: 'resource.wrong-state' });
    await member.call.resources.tryTombstone(input);
    expect(await rejection(member.call.resources.tryTombstone(input))).toMatchObject({ code: 'tombstone.wrong-state' });
    expect(await rejection(admin.call.resources.forgetTombstone({ ...input, confirm: 'edge-1' }))).toMatchObject({
      code: 'tombstone.wrong-state',
    });
  });

  it("forbidden and not-found: a viewer does not try, a member does not forget, another team's is not there", async () => {
    const { tombstone } = await buried('edge-1');
    const input = { team, tombstone };
    expect(await rejection(viewer.call.resources.tryTombstone(input))).toMatchObject({ code: 'auth.forbidden' });
    const forget = { ...input, confirm: 'edge-1' };
    expect(await rejection(member.call.resources.forgetTombstone(forget))).toMatchObject({ code: 'auth.forbidden' });
    const theirs = { ...forget, team: foreign.team.slug };
    for (const call of [foreign.call.resources.tryTombstone, foreign.call.resources.forgetTombstone]) {
      expect(await rejection(call(theirs))).toMatchObject({ code: 'tombstone.not-found' });
    }
  });

  it('invalid-input: the name has to be typed right', async () => {
    const { tombstone } = await buried('edge-1');
    expect(await rejection(admin.call.resources.forgetTombstone({ team, tombstone, confirm: 'edge-2' }))).toMatchObject(
      { code: 'input.invalid', fieldErrors: { confirm: 'Type edge-1 to confirm.' } },
    );
  });
});
