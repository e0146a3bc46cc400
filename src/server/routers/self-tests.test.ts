import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { MachineState } from '@/lib/machine';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let admin: TestMember;
let member: TestMember;
let viewer: TestMember;
let foreign: TestMember;
let team: string;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({
    team,
    admin,
    member,
    viewer,
    stranger: foreign,
  } = await console_.seedCrew('admin', 'member', 'viewer', 'stranger'));
});
afterAll(() => console_.close());

const prisma = () => console_.runtime.database.prisma;

beforeEach(async () => {
  await prisma().job.deleteMany();
  await prisma().machine.deleteMany();
});

const seedMachine = (name: string, state: MachineState = 'running', by: TestMember = admin) =>
  prisma().machine.create({
    data: { teamId: by.team.id, name, driver: 'generic', options: {}, engineSettings: {}, state, enforcement: 'gate' },
  });

describe('selfTests.start', () => {
  it('ok: starts one job per named machine, with a test that runs and an audit event', async () => {
    await seedMachine('web-1');
    await seedMachine('web-2');
    const { jobIds } = await admin.call.selfTests.start({ team, machines: ['web-2'] });
    expect(console_.queue.deliveries.slice(-1).map((row) => row.jobId)).toEqual(jobIds);
    const grid = await viewer.call.selfTests.grid({ team });
    expect(grid.machines).toMatchObject([
      { name: 'web-1', enforcement: 'gate', latest: null },
      { name: 'web-2', latest: { jobId: jobIds[0], finishedAt: null, passed: null, createdByName: admin.user.name } },
    ]);
    const events = await prisma().auditEvent.findMany({ where: { action: 'self-test.run' } });
    expect(events.map((event) => event.targetName)).toEqual(['web-2']);
  });

  it('ok: an empty list names all machines that run, and leaves out those under test', async () => {
    await seedMachine('web-1');
    await seedMachine('web-2', 'degraded');
    await seedMachine('off', 'stopped');
    await seedMachine('theirs', 'running', foreign);
    await admin.call.selfTests.start({ team, machines: ['web-1'] });
    expect((await admin.call.selfTests.start({ team, machines: [] })).jobIds).toHaveLength(1);
    expect((await admin.call.selfTests.start({ team, machines: [] })).jobIds).toEqual([]);
  });

  it('forbidden: for members who are no admins', async () => {
    await seedMachine('web-1');
    expect((await rejection(member.call.selfTests.start({ team, machines: [] }))).code).toBe('auth.forbidden');
    expect((await rejection(foreign.call.selfTests.grid({ team }))).code).toBe('team.not-found');
  });

  it("not-found: another team's machine; conflict: one that is off, or none that runs", async () => {
    await seedMachine('theirs', 'running', foreign);
    expect((await rejection(admin.call.selfTests.start({ team, machines: ['theirs'] }))).code).toBe(
      'machine.not-found',
    );
    await seedMachine('off', 'unreachable');
    expect((await rejection(admin.call.selfTests.start({ team, machines: ['off'] }))).code).toBe('machine.wrong-state');
    expect((await rejection(admin.call.selfTests.start({ team, machines: [] }))).code).toBe('machine.wrong-state');
    expect(await prisma().job.count()).toBe(0);
  });
});

describe('selfTests.list', () => {
  it('ok: shows the tests of one machine, newest first, with their results', async () => {
    const { id: machineId, teamId } = await seedMachine('web-1');
    const result = { probe: 'no-certificate', outcome: 'refused', ms: 12, detail: 'Refused.' };
    for (const hour of [9, 11, 10]) {
      const startedAt = new Date(Date.UTC(2026, 0, 1, hour));
      const base = { teamId, machineId, startedAt, enforcement: 'gate', createdByName: 'Ada' } as const;
      await prisma().selfTest.create({ data: { ...base, results: [result] } });
    }
    const tests = await viewer.call.selfTests.list({ team, machine: 'web-1', limit: 2 });
    expect(tests.map((test) => test.startedAt.getUTCHours())).toEqual([11, 10]);
    expect(tests[0]?.results).toEqual([result]);
    const [row] = (await viewer.call.selfTests.grid({ team })).machines;
    expect(row?.latest?.id).toBe(tests[0]?.id);
  });

  it('not-found, invalid-input', async () => {
    expect((await rejection(viewer.call.selfTests.list({ team, machine: 'none' }))).code).toBe('machine.not-found');
    expect((await rejection(viewer.call.selfTests.list({ team, machine: 'none', limit: 0 }))).code).toBe(
      'input.invalid',
    );
  });
});
