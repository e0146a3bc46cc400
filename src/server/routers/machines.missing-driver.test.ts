import { afterAll, beforeAll, expect, it } from 'vitest';

import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  owner = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());

it('ok: a machine whose driver is not named any more is listed, says what is missing, and can be forgotten', async () => {
  await console_.runtime.database.prisma.machine.create({
    data: {
      teamId: owner.team.id,
      name: 'edge-1',
      driver: 'gone',
      options: { anything: 1 },
      driverState: { whatever: 1 },
      engineSettings: {},
      ownerId: owner.actor.userId,
      state: 'running',
    },
  });
  const own = { team: owner.team.slug, machine: 'edge-1' };
  expect((await owner.call.machines.list({ team: owner.team.slug })).machines).toHaveLength(1);
  const machine = await owner.call.machines.get(own);
  expect(machine).toMatchObject({ driverLabel: 'gone', isSignedInTo: false });
  expect(machine.missingDriver).toMatch(/"gone" is not there/);
  expect(machine.verbs.stop).toMatchObject({ offered: false, why: machine.missingDriver });
  for (const action of ['restart', 'provision'] as const) {
    expect(await rejection(owner.call.machines.act({ ...own, action }))).toMatchObject({ code: 'driver.unknown' });
  }
  const given = { ...own, confirm: 'edge-1', removeEngine: false, deleteData: false };
  expect(await rejection(owner.call.machines.remove({ ...given, mode: 'restore' }))).toMatchObject({
    code: 'driver.unknown',
  });
  const { jobId } = await owner.call.machines.remove({ ...given, mode: 'forget' });
  await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
  expect(await rejection(owner.call.machines.get(own))).toMatchObject({ code: 'machine.not-found' });
});
