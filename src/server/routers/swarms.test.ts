import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { describeOptions } from '@/server/drivers/describe-options';
import { allDrivers } from '@/server/drivers/registry';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let admin: TestMember;
let member: TestMember;
let foreign: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ admin, member, stranger: foreign } = await console_.seedCrew('admin', 'member', 'stranger'));
});
afterAll(() => console_.close());
beforeEach(async () => {
  await prisma().machine.deleteMany();
  await prisma().swarm.deleteMany();
});

const prisma = () => console_.runtime.database.prisma;
const team = () => ({ team: admin.team.slug });

const seedMachine = (
  name: string,
  more: { swarmId?: string; swarmRole?: 'manager' | 'worker'; driver?: string; options?: Record<string, string> } = {},
) =>
  prisma().machine.create({
    data: {
      teamId: admin.team.id,
      name,
      driver: 'generic',
      options: { address: '127.0.0.1', sshKeyId: randomUUID(), enginePort: 1 },
      engineSettings: {},
      address: '127.0.0.1',
      enginePort: 1,
      ownerId: admin.user.id,
      state: 'running',
      ...more,
    },
  });

const seedSwarm = async (name = 'harbour', by: TestMember = admin) =>
  (await prisma().swarm.create({ data: { teamId: by.team.id, name, clusterId: randomUUID() } })).id;

describe('swarms.list and swarms.nodes', () => {
  it('ok: lists the swarms of the team with their machines', async () => {
    const swarmId = await seedSwarm();
    await seedSwarm('theirs', foreign);
    await seedMachine('edge-1', { swarmId, swarmRole: 'manager' });
    expect(await member.call.swarms.list(team())).toEqual([
      { id: swarmId, name: 'harbour', machines: [{ name: 'edge-1', role: 'manager' }] },
    ]);
  });

  it('conflict: says why where no manager answers; not-found: another team has no such swarm', async () => {
    const swarm = await seedSwarm();
    await seedMachine('edge-1', { swarmId: swarm, swarmRole: 'manager' });
    const silent = member.call.swarms.nodes({ ...team(), swarm });
    await expect(silent).rejects.toThrow(/No manager of the swarm answers/);
    expect(await rejection(silent)).toMatchObject({ code: 'swarm.refused' });
    expect(await rejection(foreign.call.swarms.nodes({ team: foreign.team.slug, swarm }))).toMatchObject({
      code: 'swarm.not-found',
    });
    expect(await rejection(foreign.call.swarms.list(team()))).toMatchObject({ code: 'team.not-found' });
  });
});

/** Options of each driver that knows any that keep a machine from the other nodes, and where it says so. */
const walled = allDrivers.flatMap(({ id, driver }) => {
  if (!driver.swarmFaults) return [];
  const { required = [], properties = {} } = describeOptions(driver.options);
  const least = Object.fromEntries(required.map((name) => [name, randomUUID()]));
  const choices = Object.entries(properties).flatMap(([name, { enum: values = [] }]) =>
    values.map((value) => ({ ...least, [name]: value })),
  );
  const tried = [least, ...choices].map((options) => {
    const parsed = driver.options.safeParse(options);
    return { options, fields: parsed.success ? Object.keys(driver.swarmFaults?.(parsed.data) ?? {}) : [] };
  });
  return [{ id, ...(tried.find(({ fields }) => fields.length > 0) ?? { options: least, fields: [] }) }];
});

describe('machines.create into a swarm', () => {
  it('invalid-input: where the provider would let no node through, at the options that say so', async () => {
    expect(walled.length).toBeGreaterThan(0);
    for (const { id, options, fields } of walled) {
      const swarm = { kind: 'init', name: 'harbour' } as const;
      const refused = await rejection(
        admin.call.machines.create({ ...team(), name: 'edge-1', driver: id, options, swarm }),
      );
      expect(fields.length).toBeGreaterThan(0);
      expect(refused.code).toBe('input.invalid');
      expect(Object.keys(refused.fieldErrors ?? {})).toEqual(fields.map((name) => `options.${name}`));
    }
    expect(await prisma().machine.count()).toBe(0);
  });
});

describe('swarms.enter and swarms.leave', () => {
  const init = { kind: 'init', name: 'harbour' } as const;

  it('ok: starts the job, which holds no secret; a machine in a swarm does not enter a second one', async () => {
    await seedMachine('edge-1');
    const { jobId } = await admin.call.swarms.enter({ ...team(), machine: 'edge-1', swarm: init });
    expect(await prisma().job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({
      kind: 'machine.enter-swarm',
      payload: { swarm: init },
    });
    const swarmId = await seedSwarm('other');
    await seedMachine('edge-2', { swarmId, swarmRole: 'manager' });
    expect(await rejection(admin.call.swarms.enter({ ...team(), machine: 'edge-2', swarm: init }))).toMatchObject({
      code: 'swarm.refused',
    });
  });

  it('invalid-input: a machine that was made with options that keep it from the others', async () => {
    for (const { id, options, fields } of walled) {
      await seedMachine(`at-${id}`, { driver: id, options: options as Record<string, string> });
      const entering = admin.call.swarms.enter({ ...team(), machine: `at-${id}`, swarm: init });
      await expect(entering).rejects.toThrow(`at-${id} was made with options that keep it from the other nodes.`);
      const refused = await rejection(entering);
      expect(refused.code).toBe('input.invalid');
      expect(Object.keys(refused.fieldErrors ?? {})).toEqual(fields.map((name) => `options.${name}`));
    }
    expect(await prisma().job.count({ where: { machine: { name: { startsWith: 'at-' } } } })).toBe(0);
  });

  it('ok: the last manager leaves when the name of the swarm is typed, others without', async () => {
    const swarmId = await seedSwarm();
    await seedMachine('edge-1', { swarmId, swarmRole: 'manager' });
    await seedMachine('edge-2', { swarmId, swarmRole: 'worker' });
    const leave = (machine: string, confirm?: string) =>
      admin.call.swarms.leave({ ...team(), machine, ...(confirm !== undefined && { confirm }) });
    const { jobId } = await leave('edge-2');
    expect(await prisma().job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({
      kind: 'machine.leave-swarm',
      payload: { isForced: false },
    });
    for (const typed of [undefined, 'edge-1']) {
      expect(await rejection(leave('edge-1', typed))).toMatchObject({
        code: 'input.invalid',
        fieldErrors: { confirm: expect.stringMatching(/last manager/) as string },
      });
    }
    const forced = await leave('edge-1', 'harbour');
    expect(await prisma().job.findUniqueOrThrow({ where: { id: forced.jobId } })).toMatchObject({
      payload: { isForced: true },
    });
  });

  it('invalid-input: names that are not right or taken, swarms that are not there, drivers without a host', async () => {
    await seedMachine('edge-1');
    await seedSwarm();
    const enter = (swarm: Parameters<typeof admin.call.swarms.enter>[0]['swarm'], machine = 'edge-1') =>
      rejection(admin.call.swarms.enter({ ...team(), machine, swarm }));
    expect(await enter({ kind: 'init', name: 'Two Words' })).toMatchObject({ code: 'input.invalid' });
    expect(await enter(init)).toMatchObject({ fieldErrors: { 'swarm.name': expect.any(String) as string } });
    expect(await enter({ kind: 'join', swarmId: randomUUID(), role: 'worker' })).toMatchObject({
      code: 'swarm.not-found',
    });
    await seedMachine('cloud', { driver: 'fake' });
    expect(await enter({ kind: 'init', name: 'new' }, 'cloud')).toMatchObject({ code: 'driver.unsupported' });
    expect(await enter(init, 'nowhere')).toMatchObject({ code: 'machine.not-found' });
    expect(await rejection(admin.call.swarms.leave({ ...team(), machine: 'edge-1' }))).toMatchObject({
      code: 'swarm.not-found',
    });
  });

  it('forbidden: members change no swarm, at a creation neither', async () => {
    const swarm = await seedSwarm();
    await seedMachine('edge-1', { swarmId: swarm, swarmRole: 'manager' });
    const node = { swarm, nodeId: 'x' };
    const forbidden = { code: 'auth.forbidden' };
    const { call } = member;
    expect(await rejection(call.swarms.enter({ ...team(), machine: 'edge-1', swarm: init }))).toMatchObject(forbidden);
    expect(await rejection(call.swarms.leave({ ...team(), machine: 'edge-1' }))).toMatchObject(forbidden);
    expect(await rejection(call.swarms.find(team()))).toMatchObject(forbidden);
    expect(await rejection(call.swarms.changeNode({ ...team(), ...node, role: 'worker' }))).toMatchObject(forbidden);
    expect(await rejection(call.swarms.removeNode({ ...team(), ...node }))).toMatchObject(forbidden);
    const { id: sshKeyId } = await call.sshKeys.generate({ ...team(), name: `key-${randomUUID().slice(0, 8)}` });
    const options = { address: '192.0.2.1', sshKeyId };
    const input = { ...team(), name: 'edge-9', driver: 'generic', options, swarm: init };
    expect(await rejection(call.machines.create(input))).toMatchObject(forbidden);
    const { jobId } = await admin.call.machines.create({ ...input, swarm: { kind: 'init', name: 'fresh' } });
    const steps = await prisma().jobStep.findMany({ where: { jobId }, orderBy: { index: 'asc' } });
    expect(steps.map(({ name }) => name).slice(-4)).toEqual(['prepare-swarm', 'init-swarm', 'note-swarm', 'finish']);
  });
});
