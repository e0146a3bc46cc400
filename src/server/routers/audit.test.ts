import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { recordAudit } from '@/server/audit/record-audit';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let team: string;
let owner: TestMember;
let admin: TestMember;
let member: TestMember;
let stranger: TestMember;

const prisma = () => console_.runtime.database.prisma;

const record = (by: TestMember, action: string, after: Record<string, string | number> = {}) =>
  prisma().$transaction((tx) =>
    recordAudit(tx, by.actor, { action, target: { type: 'machine', name: 'edge-1' }, after }),
  );

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ team, owner, admin, member, stranger } = await console_.seedCrew('owner', 'admin', 'member', 'stranger'));
  await record(owner, 'machine.created', { size: 1 });
  await record(admin, 'machine.removed');
  await record(admin, 'member.invited', { role: 'viewer' });
  await record(stranger, 'machine.created');
});

describe('audit.list', () => {
  const actions = async (filter: Parameters<typeof admin.call.audit.list>[0]) =>
    (await admin.call.audit.list(filter)).events.map((event) => event.action);

  it("ok: shows the team's own events, the newest first, with what changed", async () => {
    const { events, nextCursor } = await admin.call.audit.list({ team });
    expect(events.map((event) => event.action)).toEqual(['member.invited', 'machine.removed', 'machine.created']);
    expect(events[0]).toMatchObject({ actorName: admin.user.name, after: { role: 'viewer' }, address: '192.0.2.10' });
    expect(nextCursor).toBeNull();
  });

  it('ok: goes on where the page before ended, though new events came in between', async () => {
    const first = await admin.call.audit.list({ team, limit: 2 });
    await record(owner, 'machine.created');
    expect(first.nextCursor).toBe(2);
    expect(await actions({ team, limit: 2, cursor: first.nextCursor ?? undefined })).toEqual(['machine.created']);
  });

  it('ok: filters by who acted, by action and by the noun of the action', async () => {
    expect(await actions({ team, actors: [owner.user.name] })).toEqual(['machine.created']);
    expect(await actions({ team, actions: ['machine.removed'] })).toEqual(['machine.removed']);
    expect(await actions({ team, actions: ['machine'] })).toEqual(['machine.removed', 'machine.created']);
    expect(await actions({ team, actions: ['mach'] })).toEqual([]);
    expect(await actions({ team, actions: ['machine'], actors: [admin.user.name] })).toEqual(['machine.removed']);
  });

  it('ok: finds words in the name of what it was done to, wildcards taken as they are', async () => {
    expect(await actions({ team, words: ['EDGE', '-1'] })).toHaveLength(3);
    expect(await actions({ team, words: ['edge_1'] })).toEqual([]);
    expect(await actions({ team, words: ['%'] })).toEqual([]);
  });

  it.each([
    ['limit', { limit: 201 }],
    ['limit', { limit: 0 }],
    ['cursor', { cursor: 0.5 }],
    ['actors.0', { actors: ['a'.repeat(201)] }],
    ['actions.0', { actions: ["machine' or"] }],
    ['words', { words: Array.from({ length: 21 }, () => 'a') }],
  ])('invalid-input: a wrong %s stands at its field', async (field, wrong) => {
    const refused = await rejection(admin.call.audit.list({ team, ...wrong }));
    expect(refused.code).toBe('input.invalid');
    expect(Object.keys(refused.fieldErrors)).toEqual([field]);
  });

  it('forbidden: a member', async () => {
    expect(await rejection(member.call.audit.list({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: another team', async () => {
    expect(await rejection(stranger.call.audit.list({ team }))).toMatchObject({ code: 'team.not-found' });
  });

  it('unauthenticated: is for signed-in people', async () => {
    expect(await rejection(console_.stranger.audit.list({ team }))).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('audit.facets', () => {
  it('ok: tells who acted and what occurred in this team', async () => {
    expect(await admin.call.audit.facets({ team })).toEqual({
      actors: [admin.user.name, owner.user.name].sort(),
      actions: ['machine.created', 'machine.removed', 'member.invited'],
    });
  });

  it('forbidden: a member', async () => {
    expect(await rejection(member.call.audit.facets({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: another team', async () => {
    expect(await rejection(stranger.call.audit.facets({ team }))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('audit.verify', () => {
  const event = async (seq: number) => {
    const row = await prisma().auditEvent.findFirstOrThrow({ where: { teamId: owner.team.id, seq } });
    return row.id;
  };

  it('ok: a log as it was written is intact, and its last hash is told', async () => {
    const last = await prisma().auditEvent.findFirstOrThrow({ where: { teamId: owner.team.id, seq: 3 } });
    expect(await admin.call.audit.verify({ team })).toMatchObject({ kind: 'intact', events: 3, lastHash: last.hash });
  });

  it('ok: an empty log is intact', async () => {
    const empty = await console_.seedMember(await console_.seedTeam());
    expect(await empty.call.audit.verify({ team: empty.team.slug })).toMatchObject({
      kind: 'intact',
      events: 0,
      lastHash: null,
    });
  });

  it.each([
    ['who acted', { actorName: 'Somebody else' }],
    ['what was done', { action: 'machine.seen' }],
    ['what it was done to', { targetName: 'edge-2' }],
    ['the values', { after: { size: 2 } }],
    ['when', { at: new Date(0) }],
    ['from where', { address: '198.51.100.1' }],
  ])('conflict: a changed event is found: %s', async (_what, data) => {
    await prisma().auditEvent.update({ where: { id: await event(1) }, data });
    expect(await admin.call.audit.verify({ team })).toMatchObject({ kind: 'broken', seq: 1, reason: 'altered' });
  });

  it('conflict: an event that was taken out is found', async () => {
    await prisma().auditEvent.delete({ where: { id: await event(2) } });
    expect(await admin.call.audit.verify({ team })).toMatchObject({ kind: 'broken', seq: 3, reason: 'missing' });
  });

  // Whoever can write the table can compute a hash as well; the next event still holds the old one.
  it('conflict: an event that was replaced with a fitting hash is found at the next one', async () => {
    const id = await event(2);
    await prisma().auditEvent.delete({ where: { id } });
    const last = await prisma().auditEvent.findFirstOrThrow({
      where: { teamId: owner.team.id, seq: 3 },
      omit: { before: true, after: true },
    });
    await prisma().auditEvent.delete({ where: { id: last.id } });
    await record(admin, 'machine.kept');
    await prisma().auditEvent.create({ data: { ...last, after: { role: 'viewer' } } });
    expect(await admin.call.audit.verify({ team })).toMatchObject({ kind: 'broken', seq: 3, reason: 'unlinked' });
  });

  it('forbidden: a member', async () => {
    expect(await rejection(member.call.audit.verify({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: another team', async () => {
    expect(await rejection(stranger.call.audit.verify({ team }))).toMatchObject({ code: 'team.not-found' });
  });
});
