import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { MachineState } from '@/lib/machine';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
let admin: TestMember;
let member: TestMember;
let viewer: TestMember;
let foreign: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({
    owner,
    admin,
    member,
    viewer,
    stranger: foreign,
  } = await console_.seedCrew('owner', 'admin', 'member', 'viewer', 'stranger'));
});
afterAll(() => console_.close());
beforeEach(() => console_.runtime.database.prisma.machine.deleteMany());

const seedMachine = (name: string, state: MachineState = 'running', by: TestMember = owner) =>
  console_.runtime.database.prisma.machine.create({
    data: {
      teamId: by.team.id,
      name,
      driver: 'generic',
      options: { address: '192.0.2.7', sshKeyId: '01900000-0000-7000-8000-000000000000' },
      engineSettings: {},
      address: '192.0.2.7',
      ownerId: by.actor.userId,
      state,
    },
  });

const remove = { mode: 'forget', removeEngine: false, deleteData: false } as const;

describe('machines.list and machines.get', () => {
  it('ok: show the machines of the team by name, without any secret', async () => {
    await seedMachine('web-2');
    await seedMachine('web-1');
    await seedMachine('theirs', 'running', foreign);
    const { slug } = viewer.team;
    const { machines } = await viewer.call.machines.list({ team: slug });
    expect(machines.map((row) => row.name)).toEqual(['web-1', 'web-2']);
    const machine = await viewer.call.machines.get({ team: slug, machine: 'web-1' });
    expect(machine).toMatchObject({ name: 'web-1', driverLabel: expect.any(String) as string, iAmAdmitted: false });
    expect(machine.verbs.start).toMatchObject({ offered: false, why: expect.stringMatching(/SSH/) as string });
    expect(Object.keys(machine)).not.toContain('optionSecretId');
  });

  it('not-found: a machine of another team is not there', async () => {
    await seedMachine('theirs', 'running', foreign);
    const refused = await rejection(owner.call.machines.get({ team: owner.team.slug, machine: 'theirs' }));
    expect(refused.code).toBe('machine.not-found');
    expect(await rejection(foreign.call.machines.list({ team: owner.team.slug }))).toMatchObject({
      code: 'team.not-found',
    });
  });

  it('invalid-input: an over-long name is refused', async () => {
    const refused = await rejection(owner.call.machines.get({ team: owner.team.slug, machine: 'x'.repeat(64) }));
    expect(refused).toMatchObject({ code: 'input.invalid', fieldErrors: { machine: expect.any(String) as string } });
  });
});

describe('machines.remove', () => {
  it('ok: an admin removes any machine, its owner their own; the job and the audit event are written', async () => {
    const machine = await seedMachine('web-1', 'running', member);
    const { jobId } = await member.call.machines.remove({
      team: member.team.slug,
      machine: 'web-1',
      confirm: 'web-1',
      ...remove,
    });
    expect(console_.queue.deliveries.at(-1)).toEqual({ jobId, key: machine.id });
    const { prisma } = console_.runtime.database;
    expect(await prisma.machine.findUniqueOrThrow({ where: { id: machine.id } })).toMatchObject({ state: 'removing' });
    expect(await prisma.job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({
      kind: 'machine.remove',
      payload: { mode: 'forget', formerState: 'running' },
    });
    expect(await prisma.auditEvent.count({ where: { teamId: member.team.id, action: 'machine.remove-started' } })).toBe(
      1,
    );
    await seedMachine('web-2', 'failed', member);
    const input = { team: admin.team.slug, machine: 'web-2', confirm: 'web-2', ...remove };
    expect(await admin.call.machines.remove(input)).toHaveProperty('jobId');
  });

  it("forbidden: a member does not remove another member's machine, a viewer none", async () => {
    await seedMachine('web-1', 'running', owner);
    const input = { team: owner.team.slug, machine: 'web-1', confirm: 'web-1', ...remove };
    expect(await rejection(member.call.machines.remove(input))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(viewer.call.machines.remove(input))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('invalid-input: the name has to be typed right', async () => {
    await seedMachine('web-1');
    const refused = await rejection(
      owner.call.machines.remove({ team: owner.team.slug, machine: 'web-1', confirm: 'web-2', ...remove }),
    );
    expect(refused).toMatchObject({ code: 'input.invalid', fieldErrors: { confirm: 'Type web-1 to confirm.' } });
  });

  it('conflict: not while it is being created, nor while another job works on it', async () => {
    await seedMachine('young', 'creating');
    const input = { team: owner.team.slug, ...remove };
    expect(await rejection(owner.call.machines.remove({ ...input, machine: 'young', confirm: 'young' }))).toMatchObject(
      {
        code: 'machine.wrong-state',
      },
    );
    await seedMachine('busy');
    await owner.call.machines.act({ team: owner.team.slug, machine: 'busy', action: 'restart' });
    expect(await rejection(owner.call.machines.remove({ ...input, machine: 'busy', confirm: 'busy' }))).toMatchObject({
      code: 'machine.wrong-state',
    });
  });

  it("not-found: another team's machine, and one that is not there", async () => {
    await seedMachine('theirs', 'running', foreign);
    const input = { team: owner.team.slug, machine: 'theirs', confirm: 'theirs', ...remove };
    expect(await rejection(owner.call.machines.remove(input))).toMatchObject({ code: 'machine.not-found' });
    expect(await rejection(foreign.call.machines.remove(input))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('machines.changeAccess', () => {
  const change = (machine: string, members: TestMember[]) =>
    admin.call.machines.changeAccess({
      team: admin.team.slug,
      machine,
      membershipIds: members.map(({ actor }) => actor.membershipId),
    });

  it('ok: writes the wanted admissions with a receipt, and starts the job that makes an engine follow', async () => {
    const machine = await seedMachine('web-1');
    const { jobId, changeId } = await change('web-1', [admin, member]);
    const { prisma } = console_.runtime.database;
    const admissions = await prisma.admission.findMany({ where: { machineId: machine.id } });
    expect(admissions.map((row) => row.membershipId).sort()).toEqual(
      [admin.actor.membershipId, member.actor.membershipId].sort(),
    );
    expect(admissions.every((row) => row.confirmedAt === null)).toBe(true);
    const { jobId: second } = await change('web-1', [admin]);
    expect(second).toBe(jobId);
    expect(await prisma.job.findMany({ where: { machineId: machine.id } })).toMatchObject([
      { id: jobId, kind: 'machine.change-access' },
    ]);
    const receipts = await prisma.receipt.findMany({ where: { machineId: machine.id }, orderBy: { version: 'asc' } });
    expect(receipts).toMatchObject([
      { changeId, version: 1, state: 'pending', enforcement: 'engine' },
      { version: 2, state: 'pending' },
    ]);
  });

  it('ok: a gate is pushed to at once, without a job, and not at all where nothing changes', async () => {
    const machine = await seedMachine('web-1');
    const { prisma } = console_.runtime.database;
    await prisma.machine.update({ where: { id: machine.id }, data: { enforcement: 'gate' } });
    const pushed = console_.admissions.pushed.length;
    expect(await change('web-1', [admin, member])).toMatchObject({ jobId: null });
    expect(await change('web-1', [member, admin])).toEqual({ jobId: null, changeId: null });
    expect(console_.admissions.pushed.slice(pushed)).toEqual([[machine.id]]);
    expect(await prisma.machine.findUnique({ where: { id: machine.id } })).toMatchObject({ wantedVersion: 1 });
  });

  it('forbidden: members do not decide who gets in', async () => {
    await seedMachine('web-1', 'running', member);
    const input = { team: member.team.slug, machine: 'web-1', membershipIds: [] };
    expect(await rejection(member.call.machines.changeAccess(input))).toMatchObject({ code: 'auth.forbidden' });
  });

  it("not-found: a member of another team is not a member, another team's machine not a machine", async () => {
    await seedMachine('web-1');
    const strange = { team: owner.team.slug, machine: 'web-1', membershipIds: [foreign.actor.membershipId] };
    expect(await rejection(owner.call.machines.changeAccess(strange))).toMatchObject({ code: 'member.not-found' });
    await seedMachine('theirs', 'running', foreign);
    const theirs = { team: owner.team.slug, machine: 'theirs', membershipIds: [] };
    expect(await rejection(owner.call.machines.changeAccess(theirs))).toMatchObject({ code: 'machine.not-found' });
  });
});

describe('machines.act and machines.refresh', () => {
  it('forbidden and not-found: viewers restart nothing, strangers see nothing', async () => {
    await seedMachine('web-1');
    await seedMachine('theirs', 'running', foreign);
    const own = { team: owner.team.slug, machine: 'web-1' };
    const theirs = { team: owner.team.slug, machine: 'theirs' };
    expect(await rejection(viewer.call.machines.act({ ...own, action: 'restart' }))).toMatchObject({
      code: 'auth.forbidden',
    });
    expect(await rejection(owner.call.machines.act({ ...theirs, action: 'restart' }))).toMatchObject({
      code: 'machine.not-found',
    });
    expect(await rejection(owner.call.machines.refresh(theirs))).toMatchObject({ code: 'machine.not-found' });
    expect(await rejection(foreign.call.machines.refresh(own))).toMatchObject({ code: 'team.not-found' });
  });

  it('ok: jobs of one machine queue up, and the driver says what it cannot do', async () => {
    const machine = await seedMachine('web-1');
    const own = { team: member.team.slug, machine: 'web-1' };
    const first = await member.call.machines.act({ ...own, action: 'restart' });
    const second = await member.call.machines.act({ ...own, action: 'provision' });
    expect(console_.queue.deliveries.slice(-2)).toEqual([
      { jobId: first.jobId, key: machine.id },
      { jobId: second.jobId, key: machine.id },
    ]);
    const view = await member.call.jobs.get({ team: member.team.slug, job: second.jobId });
    expect(view.job.ahead).toMatchObject({ id: first.jobId, count: 1 });
    for (const action of ['start', 'stop', 'kill'] as const) {
      expect(await rejection(member.call.machines.act({ ...own, action }))).toMatchObject({
        code: 'driver.unsupported',
      });
    }
  });

  it('ok: new settings take the place of those given only; forbidden for members, refused where they are not right', async () => {
    const { id } = await seedMachine('web-1');
    const { prisma } = console_.runtime.database;
    await prisma.machine.update({ where: { id }, data: { engineSettings: { labels: ['env=prod'] } } });
    const own = { team: admin.team.slug, machine: 'web-1', action: 'apply-settings' as const };
    const { jobId } = await admin.call.machines.act({
      ...own,
      settings: { registryMirrors: ['https://mirror.example'] },
    });
    expect(await prisma.job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({
      kind: 'machine.apply-settings',
      payload: { settings: { labels: ['env=prod'], registryMirrors: ['https://mirror.example'] } },
    });
    expect(await rejection(member.call.machines.act(own))).toMatchObject({ code: 'auth.forbidden' });
    const wrong = await rejection(admin.call.machines.act({ ...own, settings: { labels: ['='] } }));
    expect(wrong).toMatchObject({ code: 'input.invalid' });
    expect(Object.keys(wrong.fieldErrors)).toEqual(['engine.labels.0']);
  });

  it('conflict: a machine whose creation failed is neither restarted nor looked at', async () => {
    await seedMachine('web-1', 'failed');
    const input = { team: owner.team.slug, machine: 'web-1' };
    expect(await rejection(owner.call.machines.act({ ...input, action: 'restart' }))).toMatchObject({
      code: 'machine.wrong-state',
    });
    expect(await rejection(owner.call.machines.refresh(input))).toMatchObject({ code: 'machine.wrong-state' });
  });

  it('upgrade: an admin asks for a version or the newest; forbidden for members, refused where nobody signs in', async () => {
    await seedMachine('web-1');
    const own = { team: admin.team.slug, machine: 'web-1', action: 'upgrade' as const };
    const { prisma } = console_.runtime.database;
    for (const [version, stored] of [
      ['28.0', '28.0'],
      [undefined, null],
    ] as const) {
      const { jobId } = await admin.call.machines.act({ ...own, ...(version && { version }) });
      const job = await prisma.job.findUniqueOrThrow({ where: { id: jobId } });
      expect(job).toMatchObject({ kind: 'machine.upgrade', payload: { version: stored } });
    }
    expect(await rejection(member.call.machines.act(own))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(admin.call.machines.act({ ...own, version: '-o Foo=1' }))).toMatchObject({
      code: 'input.invalid',
    });
    const ask = { team: admin.team.slug, machine: 'web-1' };
    expect(await rejection(member.call.machines.engineVersions(ask))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(admin.call.machines.engineVersions({ ...ask, machine: 'none' }))).toMatchObject({
      code: 'machine.not-found',
    });
    await seedMachine('stopped', 'stopped');
    expect(await rejection(admin.call.machines.engineVersions({ ...ask, machine: 'stopped' }))).toMatchObject({
      code: 'machine.wrong-state',
    });
    await prisma.machine.updateMany({ where: { name: 'web-1' }, data: { driver: 'fake', options: {} } });
    expect(await rejection(admin.call.machines.act(own))).toMatchObject({ code: 'driver.unsupported' });
  });
});
