import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { pushLagging } from './push-lagging';
import { RemoteAdmissions } from './remote-admissions';

let console_: TestConsole;
let owner: TestMember;
let admissions: RemoteAdmissions;

beforeAll(async () => {
  console_ = await createTestConsole();
  owner = await console_.seedMember(await console_.seedTeam());
  admissions = new RemoteAdmissions(() => console_.runtime);
});
afterAll(async () => {
  await admissions.close();
  await console_.close();
});
afterEach(() => console_.runtime.database.prisma.machine.deleteMany());

const seed = (given: { wantedVersion: number; pendingReason?: string; state?: 'running' | 'creating' }) =>
  console_.runtime.database.prisma.machine.create({
    data: {
      teamId: owner.team.id,
      name: 'edge',
      driver: 'generic',
      options: {},
      engineSettings: {},
      enforcement: 'gate',
      state: 'running',
      ...given,
    },
    select: { id: true },
  });

describe('a process without connections to hosts', () => {
  it('says that it has changed something, and whoever looks after the machines pushes those that lag behind', async () => {
    const lagging = await seed({ wantedVersion: 1 });
    const pushed: (readonly string[])[] = [];
    const worker = {
      ...console_.runtime,
      admissions: Object.assign(Object.create(console_.admissions) as typeof console_.admissions, {
        push: (ids: readonly string[]) => pushed.push(ids),
      }),
    };
    const heard = new Promise<void>((resolve) => {
      console_.runtime.bus.subscribe('admissions', () => void pushLagging(worker).then(resolve));
    });
    admissions.push([lagging.id]);
    await heard;
    expect(pushed).toEqual([[lagging.id]]);
    await pushLagging({ ...worker, replicas: { ...worker.replicas, looksAfter: () => false } });
    expect(pushed.at(-1)).toEqual([]);
  });

  it('waits until the host has confirmed what was wanted', async () => {
    const { id } = await seed({ wantedVersion: 2 });
    let isDone = false;
    const waiting = admissions.pushNow(id).then(() => (isDone = true));
    await console_.runtime.database.prisma.machine.update({ where: { id }, data: { confirmedVersion: 2 } });
    await vi.waitFor(() => {
      console_.clock.advance(500);
      expect(isDone).toBe(true);
    }, 10_000);
    await waiting;
  });

  it('does not wait where nothing is wanted, or where no gate serves', async () => {
    const upToDate = await seed({ wantedVersion: 0 });
    await expect(admissions.pushNow(upToDate.id)).resolves.toBeUndefined();
    await console_.runtime.database.prisma.machine.deleteMany();
    const young = await seed({ wantedVersion: 3, state: 'creating' });
    await expect(admissions.pushNow(young.id)).resolves.toBeUndefined();
  });

  it('fails with the reason that stands beside the machine when it takes too long', async () => {
    const { id } = await seed({ wantedVersion: 1, pendingReason: 'Nobody answers there.' });
    let refused: unknown;
    const waiting = admissions.pushNow(id).catch((error: unknown) => (refused = error));
    await vi.waitFor(() => {
      console_.clock.advance(8000);
      expect(refused).toMatchObject({ code: 'ssh.timeout', public: 'Nobody answers there.' });
    }, 10_000);
    await waiting;
  });
});
