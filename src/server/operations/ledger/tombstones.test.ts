import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ensureMachineKey } from '@/server/operations/ssh-keys/ensure-machine-key';
import type { SecretPurpose } from '@/server/secrets/secret-store';

import type { TestMember } from '../../../../test/support/test-console';
import { type LedgerBench, openLedgerBench } from './ledger-bench.test-support';
import { retryTombstones } from './retry-tombstones';

const minute = 60_000;
const never = new AbortController().signal;

let bench: LedgerBench;
let owner: TestMember;

beforeAll(async () => {
  bench = await openLedgerBench();
});
afterAll(() => bench.console_.close());
beforeEach(async () => {
  await bench.comeBack();
  owner = await bench.console_.seedMember(await bench.console_.seedTeam());
});

const prisma = () => bench.console_.runtime.database.prisma;
const tombstones = () => prisma().tombstone.findMany({ where: { teamId: owner.team.id } });
const tombstone = () => prisma().tombstone.findFirstOrThrow({ where: { teamId: owner.team.id } });
const resources = () => prisma().resource.findMany({ where: { teamId: owner.team.id } });
const thingsLeft = async () => (await bench.things(owner.team.id)).length;

const tries = () =>
  prisma().job.findMany({ where: { teamId: owner.team.id, kind: 'tombstone.remove' }, orderBy: { createdAt: 'asc' } });

/** Lets the console look for what is due, and runs the try that it began, if it did. */
const retryDue = async () => {
  const before = (await tries()).length;
  await retryTombstones(bench.console_.runtime, never);
  const begun = (await tries()).slice(before);
  for (const { id } of begun) await bench.run(id);
  return begun.length;
};

describe('removing a machine', () => {
  it('leaves nothing at the provider, in the ledger or of its secrets', async () => {
    const { machineId } = await bench.create(owner, 'edge-1', { token: 'a secret' });
    const machine = { id: machineId, name: 'edge-1', teamId: owner.team.id };
    await ensureMachineKey(bench.console_.runtime, machine);
    const secrets = (purpose: SecretPurpose) => prisma().secret.count({ where: { teamId: owner.team.id, purpose } });
    expect([await secrets('driver-options'), await secrets('ssh-key')]).toEqual([1, 1]);
    expect(await thingsLeft()).toBe(4);
    expect((await bench.remove(owner, 'edge-1')).state).toBe('succeeded');
    expect(await thingsLeft()).toBe(0);
    expect((await resources()).every(({ goneAt }) => goneAt !== null)).toBe(true);
    expect(await tombstones()).toEqual([]);
    expect([await secrets('driver-options'), await secrets('ssh-key')]).toEqual([0, 0]);
  });

  it.each(['retry', 'forget'] as const)(
    'keeps the machine where the provider answers with an error, until a %s',
    async (next) => {
      await bench.create(owner, 'edge-1', { scenario: 'remove-fails' });
      const { id, state } = await bench.remove(owner, 'edge-1');
      expect(state).toBe('failed');
      const machine = () => prisma().machine.findFirst({ where: { teamId: owner.team.id } });
      expect(await machine()).toMatchObject({ state: 'running' });
      expect(await tombstones()).toEqual([]);
      if (next === 'retry') {
        await owner.call.jobs.retry({ team: owner.team.slug, job: id });
        expect(await machine()).toMatchObject({ state: 'removing' });
        expect((await bench.run(id)).state).toBe('succeeded');
        expect(await thingsLeft()).toBe(0);
      } else {
        expect((await bench.remove(owner, 'edge-1', 'forget')).state).toBe('succeeded');
      }
      expect(await machine()).toBeNull();
      expect(await tombstones()).toEqual([]);
    },
  );

  it('keeps a tombstone where the provider cannot be reached, tries again with growing pauses, and ends when it answers', async () => {
    const { machineId } = await bench.create(owner, 'edge-1', { token: 'a secret' });
    await bench.goDown();
    expect((await bench.remove(owner, 'edge-1')).state).toBe('succeeded');
    expect(await prisma().machine.count({ where: { teamId: owner.team.id } })).toBe(0);
    expect(await tombstone()).toMatchObject({
      machineId,
      machineName: 'edge-1',
      state: 'waiting',
      tries: 1,
      failure: 'The simulated provider does not answer.',
    });
    const rows = await resources();
    expect(rows).toHaveLength(4);
    expect(rows.every(({ unwantedAt, goneAt }) => unwantedAt !== null && goneAt === null)).toBe(true);

    for (const [nth, pause] of [1, 2, 5, 15, 60, 60].entries()) {
      bench.clock.advance(pause * minute - 1);
      expect(await retryDue(), `not before try ${nth + 2}`).toBe(0);
      bench.clock.advance(1);
      expect(await retryDue(), `try ${nth + 2}`).toBe(1);
      expect(await tombstone()).toMatchObject({ state: 'waiting', tries: nth + 2 });
    }
    expect((await tries()).every(({ state }) => state === 'failed')).toBe(true);

    await bench.comeBack();
    expect(await thingsLeft()).toBe(4);
    bench.clock.advance(60 * minute);
    expect(await retryDue()).toBe(1);
    expect(await tombstone()).toMatchObject({ state: 'gone', endedAt: bench.clock.now(), failure: null });
    expect(await thingsLeft()).toBe(0);
    expect((await resources()).every(({ goneAt }) => goneAt !== null)).toBe(true);
    expect(await prisma().secret.count({ where: { teamId: owner.team.id, purpose: 'driver-options' } })).toBe(0);
    expect(await prisma().auditEvent.count({ where: { teamId: owner.team.id, action: 'tombstone.removed' } })).toBe(1);
    bench.clock.advance(60 * minute);
    expect(await retryDue()).toBe(0);
  });

  it('begins one try where several replicas look at the same moment', async () => {
    await bench.create(owner, 'edge-1');
    await bench.goDown();
    await bench.remove(owner, 'edge-1');
    bench.clock.advance(minute);
    const { runtime } = bench.console_;
    await Promise.all([1, 2, 3].map(() => retryTombstones(runtime, never)));
    expect(await tries()).toHaveLength(1);
  });

  it('begins again a try whose job was lost, and leaves one alone whose job waits', async () => {
    await bench.create(owner, 'edge-1');
    await bench.goDown();
    await bench.remove(owner, 'edge-1');
    bench.clock.advance(minute);
    const { runtime } = bench.console_;
    await retryTombstones(runtime, never);
    bench.clock.advance(61 * minute);
    await retryTombstones(runtime, never);
    expect(await tries()).toHaveLength(1);
    await prisma().job.deleteMany({ where: { teamId: owner.team.id, kind: 'tombstone.remove' } });
    await retryTombstones(runtime, never);
    expect(await tries()).toHaveLength(1);
    expect(await tombstone()).toMatchObject({ state: 'removing', tries: 3 });
  });

  it('frees the name: a new machine of it does not mix with what is left of the old one', async () => {
    await bench.create(owner, 'edge-1');
    await bench.goDown();
    await bench.remove(owner, 'edge-1');
    await bench.comeBack();
    const second = await bench.create(owner, 'edge-1');
    expect(second.job.state).toBe('succeeded');
    expect(await thingsLeft()).toBe(8);
    bench.clock.advance(minute);
    expect(await retryDue()).toBe(1);
    expect((await bench.things(owner.team.id)).map(({ machineId }) => machineId)).toEqual(
      Array.from({ length: 4 }, () => second.machineId),
    );
  });

  it('leaves everything where it is when the machine is only forgotten, and says what that is', async () => {
    await bench.create(owner, 'edge-1');
    expect((await bench.remove(owner, 'edge-1', 'forget')).state).toBe('succeeded');
    expect(await thingsLeft()).toBe(4);
    expect((await resources()).every(({ forgottenAt }) => forgottenAt !== null)).toBe(true);
    const event = await prisma().auditEvent.findFirstOrThrow({
      where: { teamId: owner.team.id, action: 'machine.removed' },
    });
    expect(event.after).toMatchObject({ mode: 'forget', leftBehind: expect.any(Array) as unknown[] });
    expect((event.after as { leftBehind: unknown[] }).leftBehind).toHaveLength(4);
  });
});
