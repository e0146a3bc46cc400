import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';
import type { Runtime } from '@/server/runtime';

import { FakeClock } from '../../../test/support/fake-clock';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import type { Fleet } from './fleet';
import { type Listening, seedHost, startEngine, startSsh } from './host.test-support';
import { watchFleet } from './watch-fleet';

// TLS knows the real time only, so the clock begins there.
const clock = new FakeClock(new Date().toISOString());
let console_: TestConsole;
let owner: TestMember;
let servers: Listening[] = [];
let fleets: Fleet[] = [];
const never = new AbortController().signal;
const stepMs = 500;

beforeAll(async () => {
  console_ = await createTestConsole({ clock });
});
afterAll(() => console_.close());
beforeEach(async () => {
  owner = await console_.seedMember(await console_.seedTeam());
});
afterEach(async () => {
  for (const fleet of fleets) await fleet.close();
  for (const server of servers) await server.end();
  fleets = [];
  servers = [];
  await console_.runtime.database.prisma.machine.deleteMany();
});

const watch = (looksAfter: (machineId: string) => boolean = () => true): Fleet => {
  const runtime: Runtime = {
    ...console_.runtime,
    replicas: { self: { id: 'here', role: 'worker' }, looksAfter },
  };
  const fleet = watchFleet(runtime, never);
  fleets.push(fleet);
  return fleet;
};

const pass = async (fleet: Fleet, ms: number): Promise<void> => {
  for (let passed = 0; passed <= ms; passed += stepMs) {
    await fleet.round();
    await fleet.settled();
    clock.advance(stepMs);
  }
};

// The end of a connection travels through the network of this computer, which no test holds still.
const untilProblem = (fleet: Fleet, id: string, problem: string) =>
  vi.waitFor(async () => {
    await pass(fleet, 0);
    expect(await read(id)).toMatchObject({ problem });
  }, 10_000);

const start = async () => {
  const ssh = await startSsh();
  const engine = await startEngine(console_.runtime, { teamId: owner.team.id });
  servers.push(ssh, engine);
  return { engine, machine: await seedHost(console_.runtime, owner, { sshPort: ssh.port, enginePort: engine.port }) };
};

const read = (id: string) => console_.runtime.database.prisma.machine.findUniqueOrThrow({ where: { id } });

const run = (jobId: string) => runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: never });

/** A machine of the driver that pretends. */
const create = async (name: string) => {
  const input = { team: owner.team.slug, name, driver: 'fake', options: {}, engine: {} };
  await run((await owner.call.machines.create(input)).jobId);
  return console_.runtime.database.prisma.machine.findUniqueOrThrow({
    where: { teamId_name: { teamId: owner.team.id, name } },
    select: { id: true },
  });
};

describe('the watch over machines', () => {
  it('notices an engine that stops as its connection ends, and tells open pages once', async () => {
    const { engine, machine } = await start();
    const fleet = watch();
    await pass(fleet, 1000);
    expect(await read(machine.id)).toMatchObject({ state: 'running', problem: null });

    let calls = 0;
    console_.runtime.bus.subscribe(`team:${owner.team.id}`, () => (calls += 1));
    await engine.end();
    await untilProblem(fleet, machine.id, 'engine-down');
    expect(await read(machine.id)).toMatchObject({ state: 'degraded' });
    expect(calls).toBe(1);
    await pass(fleet, 30_000);
    expect(calls).toBe(1);
  });

  it('notes that nothing has changed for many machines in one go, and writes nothing else', async () => {
    const { machine } = await start();
    const fleet = watch();
    // The quick look and the first full one, which brings the figures.
    await pass(fleet, 70_000);
    const before = await read(machine.id);
    expect(before.facts).toMatchObject({ engineVersion: '29.1.0' });
    await pass(fleet, 130_000);
    const { checkedAt, lastSeenAt, ...after } = await read(machine.id);
    expect({ ...before, ...after }).toEqual(before);
    expect(checkedAt?.getTime()).toBeGreaterThan(before.checkedAt?.getTime() ?? 0);
    expect(lastSeenAt?.getTime()).toBeGreaterThan(before.lastSeenAt?.getTime() ?? 0);
  });

  it('is shared between replicas, and one takes over what another leaves', async () => {
    const first = await start();
    const second = await start();
    let isAlone = false;
    const one = watch((id) => id === first.machine.id);
    const other = watch((id) => isAlone || id === second.machine.id);
    for (const fleet of [one, other]) await pass(fleet, 1000);
    expect([one.size, other.size]).toEqual([1, 1]);
    await one.close();
    isAlone = true;
    await pass(other, 2000);
    expect(other.size).toBe(2);
    await first.engine.end();
    await untilProblem(other, first.machine.id, 'engine-down');
  });

  it('tells apart a machine that its provider says is off, and keeps one stopped that was stopped', async () => {
    const { prisma } = console_.runtime.database;
    const seed = (name: string, state: 'running' | 'stopped') =>
      prisma.machine.create({
        data: { teamId: owner.team.id, name, driver: 'fake', options: {}, engineSettings: {}, state },
        select: { id: true },
      });
    const vanished = await seed('vanished', 'running');
    const vanishedLater = await seed('vanished-later', 'stopped');
    const stopped = await create('stopped');
    const { jobId } = await owner.call.machines.act({ team: owner.team.slug, machine: 'stopped', action: 'stop' });
    await run(jobId);
    const fleet = watch();
    await untilProblem(fleet, vanished.id, 'provider-off');
    await untilProblem(fleet, vanishedLater.id, 'provider-off');
    expect(await read(vanished.id)).toMatchObject({ state: 'stopped' });
    expect(await read(vanishedLater.id)).toMatchObject({ state: 'stopped' });
    expect(await read(stopped.id)).toMatchObject({ state: 'stopped', problem: null });
  });

  it('follows once a machine that its provider has given another address', async () => {
    const { prisma } = console_.runtime.database;
    const { id } = await prisma.machine.update({
      where: await create('moved'),
      data: { address: '127.0.0.1', driverState: { address: '127.0.0.1' } },
    });
    const following = () => prisma.job.findMany({ where: { machineId: id, kind: 'machine.follow-address' } });
    const fleet = watch();
    const job = await vi.waitFor(async () => {
      await pass(fleet, 0);
      const [first] = await following();
      expect(first).toBeDefined();
      return first;
    }, 10_000);
    await pass(fleet, 10_000);
    expect(await following()).toHaveLength(1);
    await run(job?.id ?? '');
    expect(await read(id)).toMatchObject({ address: '192.0.2.1', state: 'running' });
    await pass(fleet, 10_000);
    expect(await following()).toHaveLength(1);
  });
});
