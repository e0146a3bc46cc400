import { X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createKeyAndRequest } from '@/lib/csr/webcrypto-request';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
let member: TestMember;
let viewer: TestMember;
let foreign: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  const team = await console_.seedTeam();
  owner = await console_.seedMember(team, 'owner');
  member = await console_.seedMember(team, 'member');
  viewer = await console_.seedMember(team, 'viewer');
  foreign = await console_.seedMember(await console_.seedTeam(), 'owner');
});
afterAll(() => console_.close());

const request = () => createKeyAndRequest({ commonName: 'whoever', bits: 2048 });

describe('certificates.issue', () => {
  it('ok: signs for the caller and device, valid as the policy says, and stores no key', async () => {
    const { csrPem } = await request();
    const issued = await member.call.certificates.issue({ team: member.team.slug, deviceName: 'laptop', csrPem });
    const certificate = new X509Certificate(issued.certificatePem);
    expect(certificate.subject).toContain(member.user.email);
    expect(certificate.subject).not.toContain('whoever');
    const days = (issued.notAfter.getTime() - console_.clock.now().getTime()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    const row = await console_.runtime.database.prisma.certificate.findUniqueOrThrow({
      where: { id: issued.certificateId },
      include: { authority: true, device: true },
    });
    expect(row).toMatchObject({ kind: 'client', secretId: null, membershipId: member.actor.membershipId });
    expect(row.device?.name).toBe('laptop');
    expect(certificate.verify(new X509Certificate(row.authority.certificatePem).publicKey)).toBe(true);
    const audit = await console_.runtime.database.prisma.auditEvent.findFirstOrThrow({
      where: { teamId: member.team.id, action: 'certificate.issued' },
    });
    expect(audit.targetName).toBe(`${member.user.email} on laptop`);
  });

  it('ok: a second certificate for the same device uses the same device', async () => {
    const issue = async () =>
      member.call.certificates.issue({ team: member.team.slug, deviceName: 'desk', csrPem: (await request()).csrPem });
    await issue();
    await issue();
    const devices = await console_.runtime.database.prisma.device.findMany({
      where: { membershipId: member.actor.membershipId, name: 'desk' },
    });
    expect(devices).toHaveLength(1);
  });

  it.each([
    ['an empty request', { csrPem: '' }, 'input.invalid', 'csrPem'],
    ['an over-long request', { csrPem: 'x'.repeat(20_000) }, 'input.invalid', 'csrPem'],
    ['an empty device name', { deviceName: ' ' }, 'input.invalid', 'deviceName'],
    ['a device name with a line break', { deviceName: 'a\nb' }, 'input.invalid', 'deviceName'],
    ['a device name with markup', { deviceName: '<b>' }, 'input.invalid', 'deviceName'],
    ['an over-long device name', { deviceName: 'x'.repeat(65) }, 'input.invalid', 'deviceName'],
  ])('invalid-input: %s is refused at its field', async (_what, change, code, field) => {
    const { csrPem } = await request();
    const refused = await rejection(
      member.call.certificates.issue({ team: member.team.slug, deviceName: 'laptop', csrPem, ...change }),
    );
    expect(refused.code).toBe(code);
    expect(Object.keys(refused.fieldErrors)).toContain(field);
  });

  it('invalid-input: a text that is no request is refused', async () => {
    const refused = await rejection(
      member.call.certificates.issue({ team: member.team.slug, deviceName: 'laptop', csrPem: 'hello' }),
    );
    expect(refused.code).toBe('pki.csr-invalid');
  });

  it('unauthenticated, forbidden, not-found: only members of the team get one', async () => {
    const input = { team: member.team.slug, deviceName: 'laptop', csrPem: (await request()).csrPem };
    expect(await rejection(console_.stranger.certificates.issue(input))).toMatchObject({
      code: 'auth.sign-in-required',
    });
    expect(await rejection(viewer.call.certificates.issue(input))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(foreign.call.certificates.issue(input))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('certificates.list', () => {
  it('ok: pages through all of the team, newest first, and through the own ones', async () => {
    for (const deviceName of ['a', 'b']) {
      await owner.call.certificates.issue({ team: owner.team.slug, deviceName, csrPem: (await request()).csrPem });
      console_.clock.advance(1000);
    }
    const mine = await owner.call.certificates.list({ team: owner.team.slug, mine: true });
    expect(mine.certificates.map((row) => row.device?.name)).toEqual(['b', 'a']);
    const first = await viewer.call.certificates.list({ team: owner.team.slug, limit: 1 });
    expect(first.certificates).toHaveLength(1);
    const second = await viewer.call.certificates.list({ team: owner.team.slug, limit: 1, cursor: first.next ?? '' });
    expect(second.certificates[0]?.id).not.toBe(first.certificates[0]?.id);
  });

  it('not-found: another team sees none of it', async () => {
    expect(await rejection(foreign.call.certificates.list({ team: owner.team.slug }))).toMatchObject({
      code: 'team.not-found',
    });
    expect((await foreign.call.certificates.list({ team: foreign.team.slug })).certificates).toEqual([]);
  });
});
