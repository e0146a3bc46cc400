import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { notify } from '@/server/operations/notifications/notify';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
let viewer: TestMember;
let foreign: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ owner, viewer, stranger: foreign } = await console_.seedCrew('owner', 'viewer', 'stranger'));
});

const tell = (change: Partial<Parameters<typeof notify<'self-test-failed'>>[1]> = {}) =>
  console_.runtime.database.prisma.$transaction((tx) =>
    notify(tx, {
      teamId: owner.team.id,
      to: 'admins',
      kind: 'self-test-failed',
      values: { machine: 'edge-1' },
      tone: 'failed',
      href: '/t/x/self-tests',
      cause: 'self-test:1',
      at: console_.clock.now(),
      ...change,
    }),
  );
const list = (member: TestMember) => member.call.notifications.list({ team: member.team.slug });

describe('notifications', () => {
  it('ok: reach whom they are for, in this team alone', async () => {
    await tell();
    await tell({
      to: { membershipIds: [viewer.actor.membershipId, foreign.actor.membershipId] },
      cause: 'certificate:1',
    });
    expect(await list(owner)).toMatchObject({
      unread: 1,
      notifications: [{ kind: 'self-test-failed', values: { machine: 'edge-1' }, tone: 'failed', readAt: null }],
    });
    expect((await list(viewer)).unread).toBe(1);
    expect(await list(foreign)).toEqual({ notifications: [], unread: 0 });
  });

  it('ok: the same cause renews one, and makes it unread again; told once, it stays read', async () => {
    await tell();
    await owner.call.notifications.markRead({ team: owner.team.slug });
    expect((await list(owner)).unread).toBe(0);
    await tell({ once: true });
    expect((await list(owner)).unread).toBe(0);
    console_.clock.advance(1000);
    await tell({ values: { machine: 'edge-2' } });
    const { notifications, unread } = await list(owner);
    expect(unread).toBe(1);
    expect(notifications).toHaveLength(1);
    expect(notifications[0]).toMatchObject({ values: { machine: 'edge-2' }, createdAt: console_.clock.now() });
  });

  it('ok: marks chosen ones as read, and nobody else’s', async () => {
    await tell({ cause: 'a' });
    await tell({ cause: 'b' });
    const [first] = (await list(owner)).notifications;
    const ids = [first?.id ?? ''];
    expect(await viewer.call.notifications.markRead({ team: viewer.team.slug, ids })).toEqual({ marked: 0 });
    expect(await owner.call.notifications.markRead({ team: owner.team.slug, ids })).toEqual({ marked: 1 });
    expect((await list(owner)).unread).toBe(1);
  });

  it('not-found, unauthenticated: another team shows none', async () => {
    const input = { team: owner.team.slug };
    expect(await rejection(foreign.call.notifications.list(input))).toMatchObject({ code: 'team.not-found' });
    expect(await rejection(console_.stranger.notifications.list(input))).toMatchObject({
      code: 'auth.sign-in-required',
    });
  });
});
