import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { allDrivers } from '@/server/drivers/registry';

import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let member: TestMember;

/** A driver whose machines have their engine in their image. */
const fixed = allDrivers.find(({ driver }) => driver.noUpgrade !== undefined);
const id = '01900000-0000-7000-8000-000000000000';

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam(), 'admin');
  const common = {
    teamId: member.team.id,
    ownerId: member.actor.userId,
    state: 'running',
    engineSettings: {},
  } as const;
  await console_.runtime.database.prisma.machine.createMany({
    data: [
      { ...common, name: 'fixed', driver: fixed?.id ?? 'none', options: { hypervisorId: id, imageId: id } },
      { ...common, name: 'changing', driver: 'generic', options: { address: '192.0.2.7', sshKeyId: id } },
    ],
  });
});
afterAll(() => console_.close());

const team = () => member.team.slug;

describe('a machine whose engine is a part of its image', () => {
  it('says so where its engine would be changed, alone, among several and in the question for versions', async () => {
    const why = fixed?.driver.noUpgrade ?? '?';
    const refusal = {
      cause: { code: 'driver.unsupported', public: expect.stringContaining(why) as string },
    };
    const on = { team: team(), machine: 'fixed' };
    await expect(member.call.machines.act({ ...on, action: 'upgrade' })).rejects.toMatchObject(refusal);
    await expect(member.call.machines.engineVersions({ ...on, isFresh: false })).rejects.toMatchObject(refusal);
    const { rows } = await member.call.batches.preview({
      team: team(),
      action: 'upgrade',
      machines: ['fixed', 'changing'],
    });
    expect(rows).toMatchObject([
      { verdict: 'refused', reason: expect.stringContaining(why) as string },
      { verdict: 'runs', reason: null },
    ]);
  });

  it('tells its page, and others say nothing', async () => {
    const noUpgrade = async (machine: string) => (await member.call.machines.get({ team: team(), machine })).noUpgrade;
    expect(await noUpgrade('fixed')).toBe(fixed?.driver.noUpgrade ?? '?');
    expect(await noUpgrade('changing')).toBeNull();
  });
});
