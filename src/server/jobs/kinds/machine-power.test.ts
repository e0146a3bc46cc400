import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { MachineState } from '@/lib/machine';
import type { QueuedAction } from '@/lib/machine-action';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { rejection } from '../../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

let console_: TestConsole;
let member: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());
beforeEach(async () => {
  member = await console_.seedMember(await console_.seedTeam());
});

const machine = 'edge-1';
const prisma = () => console_.runtime.database.prisma;
const read = () =>
  prisma().machine.findFirstOrThrow({
    where: { teamId: member.team.id, name: machine },
    select: { id: true, state: true, problem: true, address: true, driverState: true },
  });

const run = async (jobId: string) => {
  await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
  const job = await prisma().job.findUniqueOrThrow({
    where: { id: jobId },
    include: { steps: { orderBy: { index: 'asc' } }, logs: { orderBy: { seq: 'asc' } } },
  });
  expect(job.state, job.logs.map(({ text }) => text).join('\n')).toBe('succeeded');
  return job;
};

const create = async (scenario: string) => {
  const input = { team: member.team.slug, name: machine, driver: 'fake', options: { scenario }, engine: {} };
  const { jobId } = await member.call.machines.create(input);
  await run(jobId);
  return read();
};

const act = async (action: QueuedAction) => {
  const { jobId } = await member.call.machines.act({ team: member.team.slug, machine, action });
  return run(jobId);
};

describe('power of a machine', () => {
  it.each<[QueuedAction, MachineState, string]>([
    ['stop', 'stopped', 'wait-until-off'],
    ['kill', 'stopped', 'wait-until-off'],
    ['pause', 'paused', 'wait-until-paused'],
    ['save', 'saved', 'wait-until-saved'],
  ])('%s leaves it %s, and start brings it back', async (action, state, step) => {
    await create('works');
    const job = await act(action);
    expect(job.steps.map(({ name }) => name)).toEqual([`${action}-host`, step]);
    expect(await read()).toMatchObject({ state, problem: null });
    await act('start');
    expect(await read()).toMatchObject({ state: 'running' });
  });

  it('saves and stops what is paused, and does not stop what is saved', async () => {
    await create('works');
    await act('pause');
    await act('save');
    expect(await read()).toMatchObject({ state: 'saved' });
    const stop = member.call.machines.act({ team: member.team.slug, machine, action: 'stop' });
    expect(await rejection(stop)).toMatchObject({ code: 'machine.wrong-state' });
    await act('start');
    await act('pause');
    await act('stop');
    expect(await read()).toMatchObject({ state: 'stopped' });
  });

  it('switches off what is saved, which then starts anew', async () => {
    await create('works');
    await act('save');
    await act('kill');
    expect(await read()).toMatchObject({ state: 'stopped', problem: null });
    await act('start');
    expect(await read()).toMatchObject({ state: 'running' });
  });

  it('follows to the address that the machine has after its start, or its restart', async () => {
    expect(await create('address-moves')).toMatchObject({ address: '192.0.2.1' });
    await act('stop');
    await act('start');
    expect(await read()).toMatchObject({ address: '192.0.2.2', driverState: { address: '192.0.2.2' } });
    const restart = await act('restart');
    expect(await read()).toMatchObject({ address: '192.0.2.3' });
    expect(restart.logs.map(({ text }) => text)).toContain('The machine is at 192.0.2.3.');
    await act('pause');
    await act('start');
    expect(await read()).toMatchObject({ address: '192.0.2.3' });
  });
});
