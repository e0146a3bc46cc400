import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { allDrivers } from '@/server/drivers/registry';
import { seedImage } from '@/server/operations/images/images.test-support';

import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let member: TestMember;
let options: Record<string, unknown>;

/** A driver on whose machines no gate can run. */
const { id: driver } = allDrivers.find((entry) => entry.driver.noGate !== undefined) ?? { id: 'none' };

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam(), 'admin');
  const { id: hypervisorId } = await console_.runtime.database.prisma.hypervisorHost.create({
    data: { teamId: member.team.id, name: 'workshop', kind: 'local' },
    select: { id: true },
  });
  const image = await seedImage(console_, member.team, { system: 'boot2docker', format: 'iso' });
  options = { hypervisorId, imageId: image.id };
});
afterAll(() => console_.close());

const input = (name: string, more: object = {}) => ({
  team: member.team.slug,
  name,
  driver,
  options,
  engine: {},
  ...more,
});

const enforcementOf = (id: string) =>
  console_.runtime.database.prisma.machine.findUniqueOrThrow({ where: { id }, select: { enforcement: true } });

describe('machines.create with a driver that has no gate', () => {
  it('invalid-input: a gate, at its field with the reason', async () => {
    const creating = member.call.machines.create(input('edge-1', { enforcement: 'gate' }));
    await expect(creating).rejects.toMatchObject({
      cause: {
        code: 'input.invalid',
        fieldErrors: { enforcement: expect.stringContaining('There is no gate here: ') as string },
      },
    });
  });

  it('ok: takes the engine where nothing is said, and a gate with other drivers', async () => {
    const { machineId } = await member.call.machines.create(input('edge-2'));
    expect(await enforcementOf(machineId)).toEqual({ enforcement: 'engine' });
    const { id: sshKeyId } = await member.call.sshKeys.generate({ team: member.team.slug, name: 'Hosts' });
    const other = { driver: 'generic', options: { address: 'host.example.test', sshKeyId } };
    const made = await member.call.machines.create(input('edge-3', other));
    expect(await enforcementOf(made.machineId)).toEqual({ enforcement: 'gate' });
  });

  it('precondition-failed: is not switched to a gate later either', async () => {
    await console_.runtime.database.prisma.machine.updateMany({
      where: { name: 'edge-2' },
      data: { state: 'running' },
    });
    const switching = member.call.machines.setEnforcement({
      team: member.team.slug,
      machine: 'edge-2',
      enforcement: 'gate',
    });
    await expect(switching).rejects.toMatchObject({ cause: { code: 'driver.unsupported' } });
  });
});
