import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { rotationStage } from '@/server/operations/authorities/authorities.test-support';

import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { renewDue } from './renew-due';

const hour = 60 * 60_000;
const day = 24 * hour;

let console_: TestConsole;
let owner: TestMember;
let stage: ReturnType<typeof rotationStage>;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  owner = await console_.seedMember(await console_.seedTeam());
  stage = rotationStage(console_, owner);
});

const prisma = () => console_.runtime.database.prisma;
const jobs = () => prisma().job.count({ where: { teamId: owner.team.id, kind: 'machine.renew-certificate' } });
const round = async () => {
  await renewDue(console_.runtime, new AbortController().signal);
  return jobs();
};
const endJob = (state: 'failed' | 'succeeded') =>
  prisma().job.updateMany({
    where: { teamId: owner.team.id, state: 'queued' },
    data: { state, finishedAt: console_.clock.now() },
  });
const notices = async () => (await owner.call.notifications.list({ team: owner.team.slug })).notifications;

describe('engine certificates renew themselves', () => {
  it('at two thirds of their life, once, and after a failure not before an hour', async () => {
    await stage.machine('edge-1');
    console_.clock.advance(243 * day);
    expect(await round()).toBe(0);
    console_.clock.advance(day);
    expect(await round()).toBe(1);
    expect(await round()).toBe(1);
    await endJob('failed');
    console_.clock.advance(hour - 1000);
    expect(await round()).toBe(1);
    console_.clock.advance(2000);
    expect(await round()).toBe(2);
    await stage.runJobs('edge-1');
    expect(await round()).toBe(2);
  });

  it('when the machine gets another address or name', async () => {
    const id = await stage.machine('edge-1');
    expect(await round()).toBe(0);
    await prisma().machine.update({ where: { id }, data: { extraSans: ['edge.example.test'] } });
    expect(await round()).toBe(1);
    await stage.runJobs('edge-1');
    expect(await round()).toBe(1);
  });

  it('not while another job works on the machine, and not while the host is away', async () => {
    const id = await stage.machine('edge-1');
    console_.clock.advance(300 * day);
    await prisma().machine.update({ where: { id }, data: { state: 'unreachable' } });
    expect(await round()).toBe(0);
    await prisma().machine.update({ where: { id }, data: { state: 'running' } });
    const other = { kind: 'machine.restart', subject: 'edge-1', payload: {}, createdByName: 'x' };
    const { id: jobId } = await prisma().job.create({
      data: { teamId: owner.team.id, machineId: id, state: 'running', ...other },
    });
    expect(await round()).toBe(0);
    await prisma().job.update({ where: { id: jobId }, data: { state: 'succeeded' } });
    expect(await round()).toBe(1);
  });

  it('again where a renewal did not end: the host was never seen with the new one', async () => {
    const id = await stage.machine('edge-1');
    await prisma().machine.update({ where: { id }, data: { extraSans: ['edge.example.test'] } });
    await stage.certificateOf('edge-1');
    expect(await round()).toBe(1);
    await stage.runJobs('edge-1');
    expect(await round()).toBe(1);
  });
});

describe('members', () => {
  it('are told once that a certificate ends within a week, unless its device has a newer one', async () => {
    await stage.issue(owner, 'laptop');
    const { certificateId } = await stage.issue(owner, 'desk');
    console_.clock.advance(22 * day);
    await round();
    expect(await notices()).toEqual([]);
    console_.clock.advance(2 * day);
    await stage.issue(owner, 'laptop');
    await round();
    expect(await notices()).toMatchObject([
      { kind: 'certificate-expiring', values: { device: 'desk', days: 6 }, tone: 'attention' },
    ]);
    expect((await notices())[0]?.href).toContain(certificateId);
    await owner.call.notifications.markRead({ team: owner.team.slug });
    console_.clock.advance(day);
    await round();
    expect((await notices())[0]?.readAt).not.toBeNull();
  });
});

describe('a rotation', () => {
  it('goes on where its last machine was removed', async () => {
    const id = await stage.machine('edge-1');
    const team = { team: owner.team.slug };
    const { rotationId } = await owner.call.authorities.startRotation({ ...team, kind: 'engine' });
    await owner.call.authorities.advance({ ...team, rotationId });
    await prisma().machine.delete({ where: { id } });
    await round();
    expect((await owner.call.authorities.rotation(team)).current?.phase).toBe('moved');
  });
});
