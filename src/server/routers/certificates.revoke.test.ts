import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { RevocationReason } from '@/lib/revocation';
import { issueTo, seedMachineRow, someRequest } from '@/server/operations/certificates/certificates.test-support';
import { trustOfMachine } from '@/server/operations/pki/trust-of-machine';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let team: string;
let admin: TestMember;
let member: TestMember;
let viewer: TestMember;
let stranger: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ team, admin, member, viewer, stranger } = await console_.seedCrew('admin', 'member', 'viewer', 'stranger'));
});

const prisma = () => console_.runtime.database.prisma;
const stateOf = async (id: string) => (await admin.call.certificates.get({ team, id })).state;
const machine = (name: string, enforcement: 'gate' | 'engine', admits = [member]) =>
  seedMachineRow(console_, member.team, { name, enforcement, admits });
const lastPushed = () => console_.admissions.pushed.at(-1);
const changeOf = (id: string) =>
  prisma().accessChange.findUniqueOrThrow({
    where: { id },
    include: { receipts: { orderBy: { machineName: 'asc' } } },
  });
const revoke = (by: TestMember, ids: string[], reason: RevocationReason = 'keyCompromise') =>
  by.call.certificates.revoke({ team, ids, reason, comment: 'left in a train' });
const clientCas = () =>
  prisma().authority.findMany({
    where: { membershipId: member.actor.membershipId },
    orderBy: { generation: 'asc' },
    select: { id: true, generation: true, retiredAt: true, certificatePem: true },
  });

describe('certificates.revoke', () => {
  it('ok: is one change with a receipt for every machine that admits the holder, and the gates are told at once', async () => {
    const { certificateId, fingerprint } = await issueTo(member, 'laptop');
    const gate = await machine('edge-1', 'gate');
    await machine('other', 'gate', [admin]);
    await seedMachineRow(console_, member.team, {
      name: 'gone',
      enforcement: 'gate',
      admits: [member],
      state: 'removing',
    });
    const { changeId } = await revoke(admin, [certificateId]);
    expect(await changeOf(changeId)).toMatchObject({
      kind: 'revoke',
      subject: `${member.user.email} on laptop`,
      reason: 'keyCompromise',
      comment: 'left in a train',
      membershipId: member.actor.membershipId,
      fingerprints: [fingerprint],
      actorName: admin.user.name,
      receipts: [{ machineName: 'edge-1', state: 'pending', version: 1 }],
    });
    expect(lastPushed()).toEqual([gate]);
    expect(await admin.call.certificates.get({ team, id: certificateId })).toMatchObject({
      state: 'revoked',
      reason: 'keyCompromise',
      comment: 'left in a train',
      revokedAt: console_.clock.now(),
      changes: [{ id: changeId, kind: 'revoke', actorName: admin.user.name }],
    });
    const notes = await member.call.notifications.list({ team });
    expect(notes.notifications[0]).toMatchObject({ kind: 'certificate-revoked', values: { device: 'laptop' } });
  });

  it('ok: where gates decide, the CA stays, and so do the other devices', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    const desk = await issueTo(member, 'desk');
    await machine('edge-1', 'gate');
    await revoke(member, [certificateId], 'superseded');
    expect(await stateOf(desk.certificateId)).toBe('active');
    expect(await clientCas()).toMatchObject([{ generation: 1, retiredAt: null }]);
  });

  it('ok: where an engine decides, it is made to forget the CA, and a new one signs from then on', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    const machineId = await machine('old-1', 'engine');
    const ref = { machineId, teamId: member.team.id };
    const [former] = await clientCas();
    expect((await trustOfMachine(console_.runtime, ref)).trustPem).toContain(former?.certificatePem);
    await revoke(admin, [certificateId]);
    expect(console_.queue.deliveries.at(-1)).toMatchObject({ key: machineId });
    const { trustPem } = await trustOfMachine(console_.runtime, ref);
    expect(trustPem).not.toContain(former?.certificatePem);
    const cas = await clientCas();
    expect(cas).toMatchObject([
      { generation: 1, retiredAt: console_.clock.now() },
      { generation: 2, retiredAt: null },
    ]);
    expect(trustPem).toContain(cas[1]?.certificatePem);
    const again = await issueTo(member, 'laptop');
    expect((await admin.call.certificates.get({ team, id: again.certificateId })).authority.generation).toBe(2);
  });

  it('ok: the other devices of such a member may be renewed at once, for they get in at gates only', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    const desk = await issueTo(member, 'desk');
    await machine('old-1', 'engine');
    await machine('edge-1', 'gate');
    await revoke(admin, [certificateId]);
    const row = await member.call.certificates.get({ team, id: desk.certificateId });
    expect(row.renewableFrom).toEqual(console_.clock.now());
    expect(row.machines.map(({ name, admitted }) => [name, admitted])).toEqual([
      ['edge-1', true],
      ['old-1', false],
    ]);
    await member.call.certificates.renew({ team, id: desk.certificateId, csrPem: await someRequest() });
    expect(await stateOf(desk.certificateId)).toBe('revoked');
  });

  // Taken away while gates alone were in use: the engine that comes later must not trust the CA that signed it.
  it('ok: an engine that comes later is never told to trust the CA of a certificate that was taken away', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    await revoke(admin, [certificateId]);
    const [former] = await clientCas();
    const machineId = await machine('old-1', 'engine');
    const { trustPem } = await trustOfMachine(console_.runtime, { machineId, teamId: member.team.id });
    expect(trustPem).not.toContain(former?.certificatePem);
    expect(await clientCas()).toHaveLength(2);
  });

  it('ok: many at once, of several members, are one change; those revoked before stay as they were', async () => {
    const ids = [await issueTo(member, 'laptop'), await issueTo(member, 'desk'), await issueTo(admin, 'desk')].map(
      ({ certificateId }) => certificateId,
    );
    await revoke(admin, ids.slice(0, 1), 'superseded');
    const { changeId } = await revoke(admin, ids, 'cessationOfOperation');
    expect(await changeOf(changeId)).toMatchObject({ subject: '2 certificates of 2 members', membershipId: null });
    const first = await admin.call.certificates.get({ team, id: ids[0] ?? '' });
    expect(first.reason).toBe('superseded');
    const events = await prisma().auditEvent.findMany({
      where: { teamId: admin.team.id, action: 'certificate.revoked' },
    });
    expect(events).toHaveLength(2);
  });

  it('conflict: what is revoked cannot be revoked again', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    await revoke(admin, [certificateId]);
    expect(await rejection(revoke(admin, [certificateId]))).toMatchObject({ code: 'certificate.wrong-state' });
  });

  it("conflict: the console's own certificates are not taken away like this", async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    await prisma().certificate.update({ where: { id: certificateId }, data: { kind: 'console' } });
    expect(await rejection(revoke(admin, [certificateId]))).toMatchObject({ code: 'certificate.wrong-state' });
  });

  it('forbidden: a member takes nothing from another, not even beside something of their own', async () => {
    const mine = await issueTo(member, 'laptop');
    const theirs = await issueTo(admin, 'laptop');
    const ids = [mine.certificateId, theirs.certificateId];
    expect(await rejection(revoke(member, ids))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(revoke(viewer, ids))).toMatchObject({ code: 'auth.forbidden' });
    expect([await stateOf(mine.certificateId), await stateOf(theirs.certificateId)]).toEqual(['active', 'active']);
  });

  it("not-found, unauthenticated: another team's certificate in one's own team, and nobody", async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    const input = { team: stranger.team.slug, ids: [certificateId], reason: 'keyCompromise' as const };
    expect(await rejection(stranger.call.certificates.revoke(input))).toMatchObject({ code: 'certificate.not-found' });
    expect(await rejection(stranger.call.certificates.revoke({ ...input, team }))).toMatchObject({
      code: 'team.not-found',
    });
    expect(await rejection(console_.stranger.certificates.revoke({ ...input, team }))).toMatchObject({
      code: 'auth.sign-in-required',
    });
    expect(await stateOf(certificateId)).toBe('active');
  });

  it.each([
    ['no id', { ids: [] }, 'ids'],
    ['an unknown reason', { reason: 'boredom' as RevocationReason }, 'reason'],
    ['a hold, which is a suspension', { reason: 'certificateHold' as RevocationReason }, 'reason'],
    ['an endless comment', { comment: 'x'.repeat(501) }, 'comment'],
  ])('invalid-input: %s', async (_what, wrong, field) => {
    const { certificateId } = await issueTo(member, 'laptop');
    const input = { team, ids: [certificateId], reason: 'keyCompromise' as const, ...wrong };
    const refused = await rejection(admin.call.certificates.revoke(input));
    expect(refused.code).toBe('input.invalid');
    expect(Object.keys(refused.fieldErrors)).toEqual([field]);
  });
});

describe('certificates.suspend and resume', () => {
  const suspend = (by: TestMember, ids: string[]) => by.call.certificates.suspend({ team, ids });
  const resume = (by: TestMember, ids: string[]) => by.call.certificates.resume({ team, ids });

  it('ok: is held back everywhere, and given back where gates decide', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    const gate = await machine('edge-1', 'gate');
    await machine('old-1', 'engine');
    const held = await suspend(member, [certificateId]);
    expect(await stateOf(certificateId)).toBe('suspended');
    expect((await changeOf(held.changeId)).receipts.map(({ machineName }) => machineName)).toEqual(['edge-1', 'old-1']);
    const back = await resume(admin, [certificateId]);
    expect(await admin.call.certificates.get({ team, id: certificateId })).toMatchObject({
      state: 'active',
      reason: null,
      revokedAt: null,
    });
    expect((await changeOf(back.changeId)).receipts.map(({ machineName }) => machineName)).toEqual(['edge-1']);
    expect(lastPushed()).toEqual([gate]);
  });

  it('conflict: only what is active can be held back, only what is held back can be given back', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    expect(await rejection(resume(admin, [certificateId]))).toMatchObject({ code: 'certificate.wrong-state' });
    await revoke(admin, [certificateId]);
    expect(await rejection(suspend(admin, [certificateId]))).toMatchObject({ code: 'certificate.wrong-state' });
    expect(await rejection(resume(admin, [certificateId]))).toMatchObject({ code: 'certificate.wrong-state' });
    expect(await stateOf(certificateId)).toBe('revoked');
  });

  it('forbidden: a member gives back nothing, not even their own', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    await suspend(admin, [certificateId]);
    expect(await rejection(resume(member, [certificateId]))).toMatchObject({ code: 'auth.forbidden' });
    expect(await stateOf(certificateId)).toBe('suspended');
  });
});

describe('certificates.revokePreview', () => {
  it('ok: says what it would disturb, of some certificates or of a member', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    await issueTo(member, 'desk');
    const gate = await machine('edge-1', 'gate');
    await machine('old-1', 'engine');
    await prisma().certificateUse.create({
      data: { teamId: member.team.id, certificateId, machineId: gate, lastUsedAt: console_.clock.now(), openNow: 3 },
    });
    const one = await admin.call.certificates.revokePreview({ team, ids: [certificateId] });
    expect(one).toMatchObject({ certificates: 1, openConnections: 3, needsRestart: ['old-1'] });
    expect(one.machines.map(({ name, openNow }) => [name, openNow])).toEqual([
      ['edge-1', 3],
      ['old-1', 0],
    ]);
    const { membershipId } = member.actor;
    expect(await admin.call.certificates.revokePreview({ team, membershipId })).toMatchObject({ certificates: 2 });
  });

  it('forbidden: of others only with the role', async () => {
    const { certificateId } = await issueTo(admin, 'laptop');
    const refused = await rejection(member.call.certificates.revokePreview({ team, ids: [certificateId] }));
    expect(refused).toMatchObject({ code: 'auth.forbidden' });
  });
});
