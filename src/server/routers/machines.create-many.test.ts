import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let member: TestMember;
let viewer: TestMember;
let keyId: string;

beforeAll(async () => {
  console_ = await createTestConsole();
  const team = await console_.seedTeam();
  member = await console_.seedMember(team, 'member');
  viewer = await console_.seedMember(team, 'viewer');
  keyId = (await member.call.sshKeys.generate({ team: team.slug, name: 'Hosts' })).id;
});
afterAll(() => console_.close());
beforeEach(async () => {
  await console_.runtime.database.prisma.machine.deleteMany();
  await console_.runtime.database.prisma.jobBatch.deleteMany();
});

const input = (name: string, address?: string[], more: object = {}) => ({
  team: member.team.slug,
  name,
  driver: 'generic',
  options: { sshKeyId: keyId, ...(address ? {} : { address: 'host.example.test' }) },
  perMachine: address ? { address } : {},
  ...more,
});
const create = (...of: Parameters<typeof input>) => member.call.machines.createMany(input(...of));

describe('machines.createMany', () => {
  it('ok: one machine for each name with its own address, in one batch', async () => {
    const { batchId, names } = await create('edge-{1..3}', ['10.0.0.1', '10.0.0.2', '10.0.0.3'], { atOnce: 2 });
    expect(names).toEqual(['edge-1', 'edge-2', 'edge-3']);
    const { prisma } = console_.runtime.database;
    const machines = await prisma.machine.findMany({ orderBy: { name: 'asc' } });
    expect(machines.map(({ name, address, state }) => `${name} ${String(address)} ${state}`)).toEqual([
      'edge-1 10.0.0.1 creating',
      'edge-2 10.0.0.2 creating',
      'edge-3 10.0.0.3 creating',
    ]);
    const batch = await member.call.batches.get({ team: member.team.slug, batch: batchId });
    expect(batch).toMatchObject({ kind: 'machine.create', counts: { queued: 2, held: 1 } });
  });

  it('invalid-input: every bad machine is named, and nothing is written', async () => {
    await create('edge-2', ['10.0.0.9']);
    const refused = await rejection(create('edge-{1..2}, Bad', ['10.0.0.1', 'not an address', '10.0.0.3']));
    expect(refused.code).toBe('input.invalid');
    expect(refused.fieldErrors['name']).toMatch(/Bad: Use lower-case.*edge-2: The team has/);
    expect(refused.fieldErrors['perMachine.address']).toMatch(/^edge-2: /);
    expect(await console_.runtime.database.prisma.machine.count()).toBe(1);
  });

  it.each([
    ['a pattern that is none', 'edge-{1..}', ['10.0.0.1'], 'name'],
    ['too many machines', 'edge-{1..101}', ['10.0.0.1'], 'name'],
    ['no name', ' , ', [], 'name'],
    ['a line too few', 'edge-{1..2}', ['10.0.0.1'], 'perMachine.address'],
    ['a value twice', 'edge-{1..2}', ['10.0.0.1', '10.0.0.1'], 'perMachine.address'],
  ])('invalid-input: %s', async (_title, name, address, field) => {
    const refused = await rejection(create(name, address));
    expect(refused).toMatchObject({ code: 'input.invalid' });
    expect(Object.keys(refused.fieldErrors)).toEqual([field]);
  });

  it('ok: all of them join a swarm that is there; none can start one with the others', async () => {
    const { prisma } = console_.runtime.database;
    const admin = await console_.seedMember(member.team, 'admin');
    const data = { teamId: member.team.id, name: 'harbour', clusterId: 'cluster-1' };
    const { id: swarmId } = await prisma.swarm.create({ data, select: { id: true } });
    const swarm = { kind: 'join', swarmId, role: 'worker' } as const;
    await admin.call.machines.createMany({ ...input('edge-{1..2}', ['10.0.0.1', '10.0.0.2']), swarm });
    const jobs = await prisma.job.findMany({ where: { machine: { name: { in: ['edge-1', 'edge-2'] } } } });
    expect(jobs.map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ swarm }),
      expect.objectContaining({ swarm }),
    ]);
    const start = { kind: 'init', name: 'harbour' } as unknown as typeof swarm;
    const refused = admin.call.machines.createMany({ ...input('edge-{3..4}', ['10.0.0.3', '10.0.0.4']), swarm: start });
    expect(await rejection(refused)).toMatchObject({ code: 'input.invalid' });
    expect(await rejection(create('edge-{3..4}', ['10.0.0.3', '10.0.0.4'], { swarm }))).toMatchObject({
      code: 'auth.forbidden',
    });
  });

  it('forbidden: a viewer', async () => {
    expect(await rejection(viewer.call.machines.createMany(input('a, b')))).toMatchObject({ code: 'auth.forbidden' });
  });
});
