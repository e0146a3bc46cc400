import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type JobSeed, seedJob, seedLines, seedMachine } from '@/server/operations/jobs/jobs.test-support';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let member: TestMember;
let admin: TestMember;
let viewer: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ member, admin, viewer } = await console_.seedCrew('member', 'admin', 'viewer'));
});
afterAll(() => console_.close());

const team = () => member.team.slug;
const seed = (more?: JobSeed) => seedJob(console_, member, more);

describe('jobs.get', () => {
  it('ok: says behind which job a queued one waits', async () => {
    const machineId = await seedMachine(console_, member, 'edge-waits');
    const first = await seed({ machineId, state: 'running', kind: 'machine.create', subject: 'edge-waits' });
    console_.clock.advance(1000);
    await seed({ machineId, subject: 'edge-waits' });
    console_.clock.advance(1000);
    const last = await seed({ machineId, subject: 'edge-waits' });
    const { job } = await viewer.call.jobs.get({ team: team(), job: last.id });
    expect(job.ahead).toEqual({ id: first.id, kind: 'machine.create', subject: 'edge-waits', count: 2 });
    expect((await viewer.call.jobs.get({ team: team(), job: first.id })).job.ahead).toBeNull();
  });

  it('ok: outlines the log by step without its lines', async () => {
    const job = await seed({ state: 'failed' });
    await seedLines(console_, job, [
      { text: 'a' },
      { text: 'b' },
      { step: 1, text: 'c' },
      { text: 'd' },
      { step: 2, text: 'e' },
    ]);
    const { log } = await viewer.call.jobs.get({ team: team(), job: job.id });
    expect(log).toEqual({
      lastSeq: 5,
      segments: [
        { step: 0, from: 1, to: 2 },
        { step: 1, from: 3, to: 3 },
        { step: 0, from: 4, to: 4 },
        { step: 2, from: 5, to: 5 },
      ],
    });
  });

  it("ok: tells that the owner of a machine may steer its removal, and of others' only an admin", async () => {
    const machineId = await seedMachine(console_, member, 'edge-owned');
    const { id } = await seed({ kind: 'machine.remove', machineId });
    const other = await console_.seedMember(member.team, 'member');
    const allowed = async (who: TestMember) => (await who.call.jobs.get({ team: team(), job: id })).steering.isAllowed;
    expect(await Promise.all([member, other, admin].map(allowed))).toEqual([true, false, true]);
  });

  it.each([
    ['test.kind', 'viewer', { isAllowed: false, leastRole: 'member' }],
    ['test.kind', 'member', { isAllowed: true, leastRole: 'member' }],
    ['machine.remove', 'member', { isAllowed: false, leastRole: 'admin' }],
    ['machine.remove', 'admin', { isAllowed: true, leastRole: 'admin' }],
  ] as const)('ok: tells who may steer a %s job, as %s', async (kind, role, steering) => {
    const { id } = await seed({ kind });
    const who = { viewer, member, admin }[role];
    expect((await who.call.jobs.get({ team: team(), job: id })).steering).toEqual(steering);
  });
});

describe('jobs.log', () => {
  it('ok: gives a range of lines in order, as far as they exist', async () => {
    const job = await seed();
    await seedLines(console_, job, [{ text: 'a' }, { text: 'b', stream: 'stderr', step: 1 }, { text: 'c' }]);
    const { lines } = await viewer.call.jobs.log({ team: team(), job: job.id, from: 2, to: 500 });
    expect(lines.map(({ seq, step, stream, text }) => [seq, step, stream, text])).toEqual([
      [2, 1, 'stderr', 'b'],
      [3, 0, 'stdout', 'c'],
    ]);
  });

  it.each([
    ['more than a page', { from: 1, to: 1001 }],
    ['an end before its start', { from: 5, to: 4 }],
    ['a line before the first', { from: 0, to: 4 }],
    ['a number beyond the database', { from: 1, to: 2 ** 53 - 1 }],
  ])('invalid-input: %s', async (_name, range) => {
    const { id } = await seed();
    const error = await rejection(member.call.jobs.log({ team: team(), job: id, ...range }));
    expect(error).toMatchObject({ code: 'input.invalid' });
  });
});

describe('jobs.searchLog', () => {
  it('ok: finds lines as they are shown, across colour codes and whatever the case', async () => {
    const job = await seed();
    await seedLines(console_, job, [
      { text: 'Setting up docker.io' },
      { text: 'set\u001B[31mTING\u001B[0m up' },
      { text: 'a code that is not shown: \u001B[31mx' },
      { text: 'settings', step: 1 },
      { text: '100% _done_' },
      { text: 'Ünknown ÄRGER' },
    ]);
    const find = async (text: string, step?: number) =>
      (await viewer.call.jobs.searchLog({ team: team(), job: job.id, text, ...(step !== undefined && { step }) })).seqs;
    expect(await find('setting')).toEqual([1, 2, 4]);
    expect(await find('setting', 1)).toEqual([4]);
    expect(await find('31m')).toEqual([]);
    expect(await find('% _')).toEqual([5]);
    expect(await find('\\')).toEqual([]);
    expect(await find('ärger')).toEqual([6]);
  });

  it('ok: says how far it has looked', async () => {
    const job = await seed();
    await seedLines(console_, job, [{ text: 'a' }, { text: 'b' }]);
    const found = await viewer.call.jobs.searchLog({ team: team(), job: job.id, text: 'zzz' });
    expect(found).toEqual({ seqs: [], throughSeq: 2, isComplete: true });
  });

  it.each([
    ['nothing', ''],
    ['an over-long text', 'x'.repeat(201)],
  ])('invalid-input: %s', async (_name, text) => {
    const { id } = await seed();
    expect(await rejection(member.call.jobs.searchLog({ team: team(), job: id, text }))).toMatchObject({
      code: 'input.invalid',
    });
  });
});
