import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { deadlineSignal } from '@/server/clock/deadline';
import { listNodes, outsideSwarm, swarmStanding } from '@/server/provision/swarm/swarm-client';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

vi.mock('@/server/clock/deadline', { spy: true });
vi.mock('@/server/provision/swarm/swarm-client', { spy: true });

let console_: TestConsole;
let admin: TestMember;
let swarm: string;

const prisma = () => console_.runtime.database.prisma;
const team = () => ({ team: admin.team.slug });

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ admin } = await console_.seedCrew('admin'));
});
afterAll(() => console_.close());
beforeEach(async () => {
  await prisma().machine.deleteMany();
  await prisma().swarm.deleteMany();
  const data = { teamId: admin.team.id, name: 'harbour', clusterId: randomUUID() };
  ({ id: swarm } = await prisma().swarm.create({ data }));
});

const seedManagers = async (...names: string[]) => {
  for (const name of names) {
    await prisma().machine.create({
      data: {
        teamId: admin.team.id,
        name,
        driver: 'generic',
        options: { address: `${name}.test`, sshKeyId: randomUUID() },
        engineSettings: {},
        address: `${name}.test`,
        enginePort: 2376,
        ownerId: admin.user.id,
        state: 'running',
        swarmId: swarm,
        swarmRole: 'manager',
        swarmNodeId: `node-of-${name}`,
      },
    });
  }
};

const manager = { ...outsideSwarm, state: 'active', isManager: true };

/** The engines at these addresses are managers; others take the call and say nothing. `onAsked` hears who is asked. */
const answering = (addresses: readonly string[], onAsked: (address: string) => void = () => undefined) => {
  const standing = vi.mocked(swarmStanding).mockImplementation(({ address }, signal) => {
    onAsked(address);
    if (addresses.includes(address)) return Promise.resolve({ ...manager, nodeId: `node-of-${address}` });
    return new Promise((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason as Error);
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  });
  onTestFinished(() => standing.mockRestore());
};

/** A deadline that ends when it is told to, whatever time it was given. */
const deadline = () => {
  const over = new AbortController();
  const spy = vi.mocked(deadlineSignal).mockReturnValue(over.signal);
  onTestFinished(() => spy.mockRestore());
  return () => over.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
};

/** Ends the deadline when so many engines are being asked at the same time. */
const lateAfter = (count: number, answers: readonly string[] = []) => {
  const isLate = deadline();
  const asked: string[] = [];
  answering(answers, (address) => {
    asked.push(address);
    if (asked.length === count) setImmediate(isLate);
  });
  return asked;
};

describe('a swarm whose managers say nothing', () => {
  it('conflict: swarms.nodes asks all of them side by side, and says that the time is over', async () => {
    await seedManagers('a', 'b', 'c');
    const asked = lateAfter(3);
    const nodes = admin.call.swarms.nodes({ ...team(), swarm });
    expect(await rejection(nodes)).toMatchObject({ code: 'swarm.refused' });
    await expect(nodes).rejects.toThrow(/did not answer within 20 s\. Look whether the machines that manage it run/);
    expect(asked.toSorted()).toEqual(['a.test', 'b.test', 'c.test']);
  });

  it('ok: swarms.nodes takes the one that answers, and waits for no other', async () => {
    await seedManagers('a', 'b', 'c');
    deadline();
    answering(['c.test']);
    const nodes = vi.mocked(listNodes).mockResolvedValue([]);
    onTestFinished(() => nodes.mockRestore());
    expect(await admin.call.swarms.nodes({ ...team(), swarm })).toEqual([]);
    expect(nodes.mock.calls.map(([{ address }]) => address)).toEqual(['c.test']);
  });

  it('conflict: swarms.changeNode and swarms.removeNode say that the change may still come', async () => {
    await seedManagers('a');
    const node = { ...team(), swarm, nodeId: 'x' };
    for (const change of [
      () => admin.call.swarms.changeNode({ ...node, availability: 'drain' }),
      () => admin.call.swarms.removeNode(node),
    ]) {
      lateAfter(1);
      const changing = change();
      expect(await rejection(changing)).toMatchObject({ code: 'swarm.refused' });
      await expect(changing).rejects.toThrow(/did not answer within 60 s\. It may still do/);
    }
  });

  it('conflict: swarms.leave says that the machine cannot be asked now', async () => {
    await seedManagers('a');
    lateAfter(1);
    const refused = await rejection(admin.call.swarms.leave({ ...team(), machine: 'a' }));
    expect(refused).toMatchObject({ code: 'swarm.refused' });
    expect(await prisma().job.count()).toBe(0);
  });

  it('ok: swarms.find keeps what it has found, and counts those that said nothing', async () => {
    await seedManagers('a', 'b', 'c');
    lateAfter(3, ['b.test']);
    expect(await admin.call.swarms.find(team())).toEqual({ asked: 3, silent: 2 });
    const noted = await prisma().machine.findFirstOrThrow({ where: { name: 'b' } });
    expect(noted.swarmNodeId).toBe('node-of-b.test');
  });
});
