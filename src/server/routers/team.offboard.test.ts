import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { issueTo, seedMachineRow } from '@/server/operations/certificates/certificates.test-support';

import { rejection } from '../../../test/support/rejection';
import { openSession } from '../../../test/support/sign-up';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let team: string;
let owner: TestMember;
let admin: TestMember;
let member: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ team, owner, admin, member } = await console_.seedCrew('owner', 'admin', 'member'));
});

const prisma = () => console_.runtime.database.prisma;
const memberId = () => member.actor.membershipId;
const machine = (name: string, enforcement: 'gate' | 'engine') =>
  seedMachineRow(console_, member.team, { name, enforcement, admits: [member] });
const openSessions = (of: TestMember) => prisma().session.count({ where: { userId: of.user.id, revokedAt: null } });
const changeOf = (id: string | null) =>
  prisma().accessChange.findUniqueOrThrow({ where: { id: id ?? '' }, include: { receipts: true } });

/** Everything by which a member could get in somewhere. */
async function openEveryDoor() {
  const { certificateId } = await issueTo(member, 'laptop');
  await issueTo(member, 'desk');
  const gate = await machine('edge-1', 'gate');
  const engine = await machine('old-1', 'engine');
  await prisma().certificateUse.create({
    data: { teamId: member.team.id, certificateId, machineId: gate, lastUsedAt: console_.clock.now(), openNow: 2 },
  });
  await openSession(console_, member);
  await openSession(console_, member);
  const at = { createdAt: console_.clock.now(), expiresAt: new Date(console_.clock.now().getTime() + 86_400_000) };
  const of = { teamId: member.team.id, role: 'member', createdById: owner.user.id, ...at } as const;
  await prisma().invitation.createMany({
    data: [
      { ...of, tokenHash: `by-${memberId()}`, createdById: member.user.id },
      { ...of, tokenHash: `for-${memberId()}`, email: member.user.email },
      { ...of, tokenHash: `other-${memberId()}` },
    ],
  });
  await owner.call.certificates.reissue.createLink({ team, membershipId: memberId(), deviceName: 'phone' });
  return { gate, engine };
}

describe('off-boarding', () => {
  it('ok: what the preview says is what happens, and every door is shut in one action', async () => {
    const { gate, engine } = await openEveryDoor();
    const preview = await admin.call.team.offboardPreview({ team, memberId: memberId() });
    expect(preview).toMatchObject({
      certificates: 2,
      openConnections: 2,
      needsRestart: ['old-1'],
      sessions: 2,
      sessionsKept: false,
      invitations: 2,
    });
    expect(preview.machines.map(({ name }) => name)).toEqual(['edge-1', 'old-1']);
    const { changeId } = await admin.call.team.removeMember({
      team,
      memberId: memberId(),
      reason: 'privilegeWithdrawn',
      comment: 'last day',
    });
    const change = await changeOf(changeId);
    expect(change).toMatchObject({ kind: 'offboard', reason: 'privilegeWithdrawn', comment: 'last day' });
    expect(change.effects).toEqual({
      certificates: 2,
      admissions: 2,
      sessions: 2,
      sessionsKept: false,
      invitations: 2,
      reissueLinks: 1,
    });
    expect(change.fingerprints).toHaveLength(2);
    expect(change.receipts).toHaveLength(2);
    expect(console_.admissions.pushed.at(-1)).toEqual([gate]);
    expect(console_.queue.deliveries.at(-1)).toMatchObject({ key: engine });
    expect(await openSessions(member)).toBe(0);
    expect(await rejection(member.call.certificates.list({ team }))).toMatchObject({ code: 'team.not-found' });
    const kept = await prisma().certificate.findMany({ where: { teamId: member.team.id, kind: 'client' } });
    expect(kept.map(({ status, reason, holderEmail }) => [status, reason, holderEmail])).toEqual([
      ['revoked', 'privilegeWithdrawn', member.user.email],
      ['revoked', 'privilegeWithdrawn', member.user.email],
    ]);
    const invitations = await prisma().invitation.findMany({ where: { teamId: member.team.id, revokedAt: null } });
    expect(invitations.map(({ tokenHash }) => tokenHash)).toEqual([`other-${memberId()}`]);
    expect(await prisma().authority.count({ where: { teamId: member.team.id, kind: 'client', retiredAt: null } })).toBe(
      0,
    );
  });

  it('ok: who has another team stays signed in there, and is refused here', async () => {
    const elsewhere = await console_.seedTeam();
    await prisma().membership.create({ data: { teamId: elsewhere.id, userId: member.user.id, role: 'member' } });
    await openSession(console_, member);
    const { changeId } = await admin.call.team.removeMember({ team, memberId: memberId() });
    expect((await changeOf(changeId)).effects).toMatchObject({ sessions: 0, sessionsKept: true });
    expect(await openSessions(member)).toBe(1);
    expect(await rejection(member.call.team.get({ team }))).toMatchObject({ code: 'team.not-found' });
    expect(await member.call.team.get({ team: elsewhere.slug })).toMatchObject({ role: 'member' });
  });

  it('ok: who leaves stays signed in', async () => {
    await openSession(console_, member);
    await member.call.team.removeMember({ team, memberId: memberId() });
    expect(await openSessions(member)).toBe(1);
  });

  it('forbidden, not-found: the preview is for who may do it', async () => {
    const { membershipId } = admin.actor;
    const refused = await rejection(member.call.team.offboardPreview({ team, memberId: membershipId }));
    expect(refused).toMatchObject({ code: 'auth.forbidden' });
    const stranger = await console_.seedMember(await console_.seedTeam());
    const elsewhere = { team: stranger.team.slug, memberId: memberId() };
    expect(await rejection(stranger.call.team.offboardPreview(elsewhere))).toMatchObject({ code: 'member.not-found' });
  });
});

describe('team.suspendMember and resumeMember', () => {
  const suspend = (by: TestMember, of: TestMember) =>
    by.call.team.suspendMember({ team, memberId: of.actor.membershipId, comment: 'on leave' });
  const resume = (by: TestMember, of: TestMember) =>
    by.call.team.resumeMember({ team, memberId: of.actor.membershipId });

  it('ok: the next call is refused and every machine told; what the member has is kept and works again after', async () => {
    const { certificateId, fingerprint } = await issueTo(member, 'laptop');
    await machine('edge-1', 'gate');
    await machine('old-1', 'engine');
    const { changeId } = await suspend(admin, member);
    const change = await changeOf(changeId);
    expect(change).toMatchObject({ kind: 'suspend', comment: 'on leave', fingerprints: [fingerprint] });
    expect(change.receipts).toHaveLength(2);
    expect(await rejection(member.call.team.get({ team }))).toMatchObject({ code: 'auth.forbidden' });
    const rows = await owner.call.team.members({ team });
    expect(rows.find(({ id }) => id === memberId())?.suspendedAt).toEqual(console_.clock.now());
    expect(await admin.call.certificates.get({ team, id: certificateId })).toMatchObject({
      state: 'active',
      machines: [{ admitted: false }, { admitted: false }],
    });
    expect((await changeOf((await resume(admin, member)).changeId)).receipts).toHaveLength(2);
    expect(await member.call.team.get({ team })).toMatchObject({ role: 'member' });
  });

  it('conflict: twice, not at all, oneself, and the last owner who is not suspended', async () => {
    expect(await rejection(resume(admin, member))).toMatchObject({ code: 'member.wrong-state' });
    await suspend(admin, member);
    expect(await rejection(suspend(admin, member))).toMatchObject({ code: 'member.wrong-state' });
    expect(await rejection(suspend(owner, owner))).toMatchObject({ code: 'member.wrong-state' });
    const second = await console_.seedMember(owner.team, 'owner');
    await suspend(second, owner);
    const leave = second.call.team.removeMember({ team, memberId: second.actor.membershipId });
    expect(await rejection(leave)).toMatchObject({ code: 'member.last-owner' });
  });

  it('forbidden: a member suspends nobody, an admin no owner', async () => {
    expect(await rejection(suspend(member, admin))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(suspend(admin, owner))).toMatchObject({ code: 'auth.forbidden' });
  });
});
