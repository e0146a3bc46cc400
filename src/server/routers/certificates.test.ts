import { X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createKeyAndRequest } from '@/lib/csr/webcrypto-request';
import { issueTo, seedMachineRow } from '@/server/operations/certificates/certificates.test-support';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
let member: TestMember;
let viewer: TestMember;
let foreign: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ owner, member, viewer, stranger: foreign } = await console_.seedCrew('owner', 'member', 'viewer', 'stranger'));
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
    expect(row).toMatchObject({
      kind: 'client',
      secretId: null,
      membershipId: member.actor.membershipId,
      holderName: member.user.name,
      holderEmail: member.user.email,
      deviceName: 'laptop',
    });
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

describe('certificates.issue tells machines', () => {
  const receipts = async (changeId: string | null) =>
    (
      await console_.runtime.database.prisma.receipt.findMany({
        where: { changeId: changeId ?? '' },
        orderBy: { machineName: 'asc' },
        select: { machineName: true },
      })
    ).map(({ machineName }) => machineName);

  it('ok: of a CA that is new every one, later those with a gate; without a machine there is nothing to tell', async () => {
    const newcomer = await console_.seedMember(member.team, 'member');
    const alone = await issueTo(await console_.seedMember(member.team, 'member'), 'laptop');
    expect(alone.changeId).toBeNull();
    await seedMachineRow(console_, member.team, { name: 'edge-1', enforcement: 'gate', admits: [newcomer] });
    await seedMachineRow(console_, member.team, { name: 'old-1', enforcement: 'engine', admits: [newcomer] });
    expect(await receipts((await issueTo(newcomer, 'laptop')).changeId)).toEqual(['edge-1', 'old-1']);
    expect(await receipts((await issueTo(newcomer, 'desk')).changeId)).toEqual(['edge-1']);
  });

  it('ok: notes which engine CA the member was given with the ca.pem', async () => {
    const newcomer = await console_.seedMember(member.team, 'member');
    const { caPem } = await issueTo(newcomer, 'laptop');
    expect(caPem).toContain('BEGIN CERTIFICATE');
    const row = await console_.runtime.database.prisma.membership.findUniqueOrThrow({
      where: { id: newcomer.actor.membershipId },
    });
    expect(row.engineCaGeneration).toBe(1);
  });
});

describe('certificates.policy', () => {
  it('ok: an admin changes it, what is signed from then on follows, and only what differs is recorded', async () => {
    const team = await console_.seedTeam();
    const admin = await console_.seedMember(team, 'admin');
    const before = await admin.call.certificates.policy({ team: team.slug });
    expect(before).toMatchObject({ clientValidForDays: 30, caValidForDays: 3650, csrFilesAllowed: true });
    await admin.call.certificates.setPolicy({
      team: team.slug,
      ...before,
      clientValidForDays: 2,
      csrFilesAllowed: false,
    });
    const { notAfter } = await issueTo(admin, 'laptop');
    expect(Math.round((notAfter.getTime() - console_.clock.now().getTime()) / 86_400_000)).toBe(2);
    const event = await console_.runtime.database.prisma.auditEvent.findFirstOrThrow({
      where: { teamId: team.id, action: 'certificate.policy-changed' },
    });
    expect(event.after).toEqual({ clientValidForDays: 2, csrFilesAllowed: false });
    const asFile = { team: team.slug, deviceName: 'ci', csrPem: (await request()).csrPem, origin: 'file' } as const;
    expect(await rejection(admin.call.certificates.issue(asFile))).toMatchObject({ code: 'certificate.csr-files-off' });
  });

  it('forbidden, invalid-input: a member may not, and bounds hold', async () => {
    const policy = await owner.call.certificates.policy({ team: owner.team.slug });
    const set = (by: TestMember, change: object) =>
      rejection(by.call.certificates.setPolicy({ team: owner.team.slug, ...policy, ...change }));
    expect(await set(member, {})).toMatchObject({ code: 'auth.forbidden' });
    expect(Object.keys((await set(owner, { caValidForDays: 1 })).fieldErrors)).toEqual(['caValidForDays']);
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

  it('ok: filters by state and words, counts all of it, and pages without gaps in every order', async () => {
    const team = await console_.seedTeam();
    const ana = await console_.seedMember(team, 'admin');
    const ben = await console_.seedMember(team, 'member');
    const made: string[] = [];
    for (const [who, device] of [
      [ana, 'laptop'],
      [ben, 'build box'],
      [ben, 'my_desk'],
      [ana, 'myxdesk'],
    ] as const) {
      made.push((await issueTo(who, device)).certificateId);
      console_.clock.advance(1000);
    }
    await ana.call.certificates.suspend({ team: team.slug, ids: made.slice(1, 2) });
    const list = (query: object) => ana.call.certificates.list({ team: team.slug, ...query });
    const devices = async (query: object) => (await list(query)).certificates.map((row) => row.deviceName);
    expect(await devices({ q: 'desk' })).toEqual(['myxdesk', 'my_desk']);
    expect(await devices({ q: 'my_d' })).toEqual(['my_desk']);
    expect(await devices({ q: `BOX ${ben.user.email}` })).toEqual(['build box']);
    expect(await devices({ state: 'suspended' })).toEqual(['build box']);
    const [row] = (await list({ q: 'laptop' })).certificates;
    const pasted = row?.fingerprint.slice(0, 12).replaceAll(/(..)(?=.)/g, '$1:');
    expect(await devices({ q: pasted })).toEqual(['laptop']);
    expect((await list({ q: 'my%desk' })).total).toBe(0);
    for (const sort of ['issued', 'expires', 'owner', 'lastUsed'] as const) {
      for (const order of ['asc', 'desc'] as const) {
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const page: Awaited<ReturnType<typeof list>> = await list({ sort, order, limit: 3, cursor });
          expect(page.total).toBe(4);
          seen.push(...page.certificates.map(({ id }) => id));
          cursor = page.next;
        } while (cursor !== null);
        expect([...seen].sort()).toEqual([...made].sort());
        if (sort === 'issued') expect(seen).toEqual(order === 'asc' ? made : [...made].reverse());
      }
    }
    console_.clock.advance(40 * 86_400_000);
    expect(await devices({ state: 'expired', sort: 'issued', order: 'asc' })).toHaveLength(4);
    expect(await devices({ state: 'active' })).toEqual([]);
  });

  it('not-found: another team sees none of it', async () => {
    expect(await rejection(foreign.call.certificates.list({ team: owner.team.slug }))).toMatchObject({
      code: 'team.not-found',
    });
    expect((await foreign.call.certificates.list({ team: foreign.team.slug })).certificates).toEqual([]);
  });
});
