import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { changeAdmission } from '@/server/operations/admission/change-admission';

import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { catchUpEngines } from './catch-up-engines';
import { storeConfirmed, storeFailure } from './confirm';

let console_: TestConsole;
let owner: TestMember;
let member: TestMember;
const prisma = () => console_.runtime.database.prisma;
const minute = 60_000;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());
beforeEach(async () => {
  owner = await console_.seedMember(await console_.seedTeam());
  member = await console_.seedMember(owner.team, 'member');
});

const seed = (enforcement: 'gate' | 'engine') =>
  prisma().machine.create({
    data: {
      teamId: owner.team.id,
      name: 'edge',
      driver: 'generic',
      options: {},
      engineSettings: {},
      enforcement,
      state: 'running',
    },
    select: { id: true, teamId: true },
  });

const change = (kind: 'revoke' | 'issue', machineId: string) =>
  changeAdmission(owner.context, () =>
    Promise.resolve({ result: null, change: { kind, subject: 'ana on laptop', machineIds: [machineId] } }),
  );

const jobsOf = (machineId: string) => prisma().job.findMany({ where: { machineId }, orderBy: { createdAt: 'asc' } });

describe('an engine that lags behind', () => {
  it('gets another job some time after the first one failed, and none while one is at work or nothing is wanted', async () => {
    const machine = await seed('engine');
    await change('revoke', machine.id);
    await catchUpEngines(console_.runtime);
    expect(await jobsOf(machine.id)).toHaveLength(1);

    const failed = { state: 'failed' as const, finishedAt: console_.clock.now() };
    await prisma().job.updateMany({ where: { machineId: machine.id }, data: failed });
    console_.clock.advance(9 * minute);
    await catchUpEngines(console_.runtime);
    expect(await jobsOf(machine.id)).toHaveLength(1);
    console_.clock.advance(2 * minute);
    await catchUpEngines(console_.runtime);
    await catchUpEngines(console_.runtime);
    expect(await jobsOf(machine.id)).toMatchObject([
      { state: 'failed' },
      { kind: 'machine.change-access', state: 'queued', createdById: null, createdByName: 'Quaymaster' },
    ]);

    await prisma().job.updateMany({ where: { machineId: machine.id, state: 'queued' }, data: failed });
    const confirmed = { machineId: machine.id, teamId: machine.teamId, version: 1, leaseUntil: null, ended: {} };
    await storeConfirmed(prisma(), confirmed, console_.clock.now());
    console_.clock.advance(30 * minute);
    await catchUpEngines(console_.runtime);
    expect(await jobsOf(machine.id)).toHaveLength(2);
  });
});

describe('a host that does not take over that somebody was taken off', () => {
  const notices = () => prisma().notification.findMany({ where: { teamId: owner.team.id } });

  it('is told to admins, once, when five minutes have passed', async () => {
    const machine = await seed('gate');
    await change('revoke', machine.id);
    console_.clock.advance(4 * minute);
    await storeFailure(console_.runtime, machine, 'Nothing answers there.');
    expect(await notices()).toEqual([]);
    console_.clock.advance(2 * minute);
    await storeFailure(console_.runtime, machine, 'Nothing answers there.');
    console_.clock.advance(2 * minute);
    await storeFailure(console_.runtime, machine, 'Nothing answers there.');
    expect(await notices()).toMatchObject([
      { membershipId: owner.actor.membershipId, kind: 'machine-behind', values: { machine: 'edge', minutes: 6 } },
    ]);
    expect(await member.call.notifications.list({ team: member.team.slug })).toMatchObject({ unread: 0 });
  });

  it('is no alarm where it only does not know of a new certificate', async () => {
    const machine = await seed('gate');
    await change('issue', machine.id);
    console_.clock.advance(60 * minute);
    await storeFailure(console_.runtime, machine, 'Nothing answers there.');
    expect(await notices()).toEqual([]);
  });
});
