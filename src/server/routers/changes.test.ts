import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { storeConfirmed, storeFailure, storeGateAnswer } from '@/server/admission/confirm';
import { wantedAdmissions } from '@/server/admission/wanted-admission';
import { changeAdmission } from '@/server/operations/admission/change-admission';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
let stranger: TestMember;
const prisma = () => console_.runtime.database.prisma;
const team = () => ({ team: owner.team.slug });

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());
beforeEach(async () => {
  owner = await console_.seedMember(await console_.seedTeam());
  stranger = await console_.seedMember(await console_.seedTeam());
});

const seedMachine = (name: string, enforcement: 'gate' | 'engine' = 'gate') =>
  prisma().machine.create({
    data: {
      teamId: owner.team.id,
      name,
      driver: 'generic',
      options: {},
      engineSettings: {},
      enforcement,
      state: 'running',
    },
    select: { id: true, name: true, teamId: true },
  });

const fingerprint = () => randomUUID().replaceAll('-', '').repeat(2).toUpperCase();

const revoke = (machineIds: string[], fingerprints: string[]) =>
  changeAdmission(owner.context, () =>
    Promise.resolve({
      result: null,
      change: { kind: 'revoke', subject: 'ana on laptop', reason: 'keyCompromise', fingerprints, machineIds },
    }),
  );

const answerOf = async (machine: { id: string; teamId: string; name: string }, ended: Record<string, number>) => {
  const now = console_.clock.now();
  const found = await wantedAdmissions({ database: console_.runtime.database, now }, [machine.id]);
  const wanted = found.get(machine.id)?.admission;
  if (!wanted) throw new Error('no such machine');
  const confirmation = { version: wanted.version, applied: true, drifted: false, added: [], removed: [] };
  return { machine, wanted, at: now, confirmation: { ...confirmation, ended, uses: [], tookMs: 3 } };
};

describe('changes.get', () => {
  it('ok: fills in machine by machine, with milliseconds from the request and the streams that were ended', async () => {
    const [near, far] = [await seedMachine('near'), await seedMachine('far')];
    const [mine, other] = [fingerprint(), fingerprint()];
    const { changeId } = await revoke([near.id, far.id], [mine]);
    const id = changeId ?? '';
    expect(await owner.call.changes.get({ ...team(), id })).toMatchObject({
      kind: 'revoke',
      reason: 'keyCompromise',
      done: false,
      receipts: [
        { machineName: 'far', state: 'pending', tookMs: null, pendingSince: console_.clock.now() },
        { machineName: 'near', state: 'pending', endedConnections: null },
      ],
    });

    console_.clock.advance(140);
    await storeGateAnswer(console_.runtime, await answerOf(near, { [mine]: 2, [other]: 5 }));
    await storeFailure(console_.runtime, far, 'Nothing answers there.');
    expect(await owner.call.changes.get({ ...team(), id })).toMatchObject({
      done: false,
      receipts: [
        { machineName: 'far', state: 'pending', failure: 'Nothing answers there.' },
        { machineName: 'near', state: 'confirmed', tookMs: 140, endedConnections: 2, failure: null },
      ],
    });

    console_.clock.advance(60_000);
    await storeGateAnswer(console_.runtime, await answerOf(far, {}));
    expect(await owner.call.changes.get({ ...team(), id })).toMatchObject({
      done: true,
      receipts: [
        { machineName: 'far', state: 'confirmed', tookMs: 60_140, endedConnections: 0, failure: null },
        { machineName: 'near', tookMs: 140 },
      ],
    });
    expect(await prisma().machine.findUnique({ where: { id: far.id } })).toMatchObject({
      confirmedVersion: 1,
      pendingSince: null,
      pendingReason: null,
    });
  });

  it('ok: an answer to an earlier version confirms no later change, and takes back nothing', async () => {
    const machine = await seedMachine('edge');
    const first = await revoke([machine.id], [fingerprint()]);
    const second = await revoke([machine.id], [fingerprint()]);
    const late = { machineId: machine.id, teamId: owner.team.id, leaseUntil: null, ended: {} };
    await storeConfirmed(prisma(), { ...late, version: 1 }, console_.clock.now());
    const states = async () => {
      const ids = [first.changeId ?? '', second.changeId ?? ''];
      return Promise.all(ids.map(async (id) => (await owner.call.changes.get({ ...team(), id })).done));
    };
    expect(await states()).toEqual([true, false]);
    await storeConfirmed(prisma(), { ...late, version: 2 }, console_.clock.now());
    await storeConfirmed(prisma(), { ...late, version: 1 }, console_.clock.now());
    expect(await states()).toEqual([true, true]);
    expect(await prisma().machine.findUnique({ where: { id: machine.id } })).toMatchObject({ confirmedVersion: 2 });
  });

  it("not-found: another team's change is none", async () => {
    const { changeId } = await revoke([(await seedMachine('edge')).id], []);
    const call = stranger.call.changes.get({ team: stranger.team.slug, id: changeId ?? '' });
    expect(await rejection(call)).toMatchObject({ code: 'change.not-found' });
  });
});

describe('changes.list', () => {
  it('ok: newest first, with how far the machines are', async () => {
    const machine = await seedMachine('edge');
    await revoke([machine.id], []);
    await storeGateAnswer(console_.runtime, await answerOf(machine, {}));
    console_.clock.advance(1000);
    await revoke([machine.id, (await seedMachine('other')).id], []);
    const { changes, next } = await owner.call.changes.list({ ...team(), limit: 1 });
    expect(changes).toMatchObject([{ machines: 2, pending: 2, confirmed: 0, slowestMs: null }]);
    const rest = await owner.call.changes.list({ ...team(), limit: 1, cursor: next ?? '' });
    expect(rest).toMatchObject({ changes: [{ machines: 1, confirmed: 1, slowestMs: 0 }], next: null });
  });
});

describe('what is wanted of a host', () => {
  it('is of admitted, not suspended members only, and of live certificates', async () => {
    const machine = await seedMachine('edge');
    const authority = { kind: 'client' as const, certificatePem: 'ca', serial: '1', fingerprint: 'ca', secretId: '' };
    const now = console_.clock.now();
    const later = new Date(now.getTime() + 1000);
    const member = async (data: { suspendedAt?: Date }, admitted: boolean) => {
      const { actor } = await console_.seedMember(owner.team, 'member');
      await prisma().membership.update({ where: { id: actor.membershipId }, data });
      const ca = await prisma().authority.create({
        data: { ...authority, secretId: randomUUID(), teamId: owner.team.id, notBefore: now, notAfter: later },
      });
      if (admitted) {
        await prisma().admission.create({
          data: { teamId: owner.team.id, machineId: machine.id, membershipId: actor.membershipId },
        });
      }
      return (more: { status?: 'revoked' | 'suspended'; notAfter?: Date } = {}) =>
        prisma().certificate.create({
          data: {
            teamId: owner.team.id,
            authorityId: ca.id,
            kind: 'client',
            serial: randomUUID(),
            fingerprint: fingerprint(),
            subject: '',
            pem: '',
            notBefore: now,
            notAfter: later,
            membershipId: actor.membershipId,
            ...more,
          },
          select: { fingerprint: true },
        });
    };
    const admitted = await member({}, true);
    const wanted = [await admitted(), await admitted()];
    await admitted({ status: 'revoked' });
    await admitted({ status: 'suspended' });
    await admitted({ notAfter: now });
    await (
      await member({}, false)
    )();
    await (
      await member({ suspendedAt: now }, true)
    )();
    const admissions = await wantedAdmissions({ database: console_.runtime.database, now }, [machine.id]);
    expect(admissions.get(machine.id)?.admission).toEqual({
      version: 0,
      authoritiesPem: ['ca'],
      fingerprints: wanted.map((row) => row.fingerprint).sort(),
      lease: { policy: 'best_effort' },
    });
  });
});
