import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let team: string;
let owner: TestMember;
let admin: TestMember;
let viewer: TestMember;
let stranger: TestMember;

const lastEvent = () =>
  console_.runtime.database.prisma.auditEvent.findFirst({
    where: { teamId: owner.team.id },
    orderBy: { seq: 'desc' },
    select: { action: true, actorId: true, targetName: true, before: true, after: true },
  });

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ team, owner, admin, viewer, stranger } = await console_.seedCrew('owner', 'admin', 'viewer', 'stranger'));
});

describe('team.setLogRetention', () => {
  it('ok: is kept, and audited once', async () => {
    const owner = await console_.seedMember(await console_.seedTeam(), 'owner');
    const team = owner.team.slug;
    expect(await owner.call.team.get({ team })).toMatchObject({ logDaysKept: 90 });
    await owner.call.team.setLogRetention({ team, days: 30 });
    await owner.call.team.setLogRetention({ team, days: 30 });
    expect(await owner.call.team.get({ team })).toMatchObject({ logDaysKept: 30 });
    await owner.call.team.setLogRetention({ team, days: null });
    expect(await owner.call.team.get({ team })).toMatchObject({ logDaysKept: null });
    const events = await console_.runtime.database.prisma.auditEvent.findMany({
      where: { teamId: owner.team.id, action: 'team.log-retention-changed' },
      orderBy: { seq: 'asc' },
    });
    expect(events).toMatchObject([
      { before: { logDaysKept: 90 }, after: { logDaysKept: 30 } },
      { before: { logDaysKept: 30 }, after: { logDaysKept: null } },
    ]);
  });

  it.each([0, 1.5, 3651])('invalid-input: %s days', async (days) => {
    const owner = await console_.seedMember(await console_.seedTeam(), 'owner');
    const error = await rejection(owner.call.team.setLogRetention({ team: owner.team.slug, days }));
    expect(error).toMatchObject({ code: 'input.invalid', fieldErrors: { days: expect.any(String) as string } });
  });

  it('forbidden: an admin does not decide what is removed', async () => {
    const admin = await console_.seedMember(await console_.seedTeam(), 'admin');
    const call = admin.call.team.setLogRetention({ team: admin.team.slug, days: 1 });
    expect(await rejection(call)).toMatchObject({ code: 'auth.forbidden' });
  });
});

describe('team.setAllowedSources', () => {
  it('ok: is kept as blocks, each once, and audited', async () => {
    await owner.call.team.setAllowedSources({ team, sources: ['198.51.100.7/24', '2001:db8::1', '198.51.100.0/24'] });
    const allowedSources = ['198.51.100.0/24', '2001:db8::1/128'];
    expect(await viewer.call.team.get({ team })).toMatchObject({ allowedSources });
    expect(await lastEvent()).toMatchObject({
      action: 'team.allowed-sources-changed',
      before: { allowedSources: [] },
      after: { allowedSources },
    });
  });

  it('invalid-input: what is no address, at its place', async () => {
    const call = owner.call.team.setAllowedSources({ team, sources: ['192.0.2.1', 'the office'] });
    expect(await rejection(call)).toMatchObject({
      code: 'input.invalid',
      fieldErrors: { 'sources.1': expect.any(String) as string },
    });
  });

  it('forbidden: for an admin', async () => {
    const call = admin.call.team.setAllowedSources({ team, sources: [] });
    expect(await rejection(call)).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: another team', async () => {
    const call = stranger.call.team.setAllowedSources({ team, sources: [] });
    expect(await rejection(call)).toMatchObject({ code: 'team.not-found' });
  });
});

describe('team.get', () => {
  it('ok: every member sees name and the own role', async () => {
    expect(await viewer.call.team.get({ team })).toMatchObject({
      name: `Team ${team}`,
      slug: team,
      role: 'viewer',
    });
  });

  it('not-found: another team', async () => {
    expect(await rejection(stranger.call.team.get({ team }))).toMatchObject({ code: 'team.not-found' });
  });

  it('unauthenticated: is for signed-in people', async () => {
    expect(await rejection(console_.stranger.team.get({ team }))).toMatchObject({ code: 'auth.sign-in-required' });
  });
});

describe('team.update', () => {
  it('ok: changes the name, and records it', async () => {
    await owner.call.team.update({ team, name: 'Harbour' });
    expect(await owner.call.team.get({ team })).toMatchObject({ name: 'Harbour', slug: team });
    expect(await lastEvent()).toMatchObject({
      action: 'team.updated',
      actorId: owner.user.id,
      before: { name: `Team ${team}` },
      after: { name: 'Harbour' },
    });
  });

  it('ok: a change of nothing records nothing', async () => {
    await owner.call.team.update({ team, name: 'Harbour' });
    const events = await console_.runtime.database.prisma.auditEvent.count();
    await owner.call.team.update({ team, name: 'Harbour' });
    expect(await console_.runtime.database.prisma.auditEvent.count()).toBe(events);
  });

  it.each(['a'.repeat(65), 'a\nb'])('invalid-input: a wrong name stands at its field', async (name) => {
    const refused = await rejection(owner.call.team.update({ team, name }));
    expect(refused.code).toBe('input.invalid');
    expect(Object.keys(refused.fieldErrors)).toEqual(['name']);
  });

  it('forbidden: an admin', async () => {
    const refused = await rejection(admin.call.team.update({ team, name: 'Mine' }));
    expect(refused).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: another team', async () => {
    const refused = await rejection(stranger.call.team.update({ team, name: 'Mine' }));
    expect(refused).toMatchObject({ code: 'team.not-found' });
  });
});
