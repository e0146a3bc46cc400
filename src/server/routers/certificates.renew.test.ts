import { X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { issueTo, seedMachineRow, someRequest } from '@/server/operations/certificates/certificates.test-support';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

const dayMs = 86_400_000;

let console_: TestConsole;
let team: string;
let admin: TestMember;
let member: TestMember;
let viewer: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ team, admin, member, viewer } = await console_.seedCrew('admin', 'member', 'viewer'));
});

const stateOf = async (id: string) => (await admin.call.certificates.get({ team, id })).state;

describe('certificates.renew', () => {
  const renew = async (by: TestMember, id: string, former: 'keep' | 'revoke' = 'revoke') =>
    by.call.certificates.renew({ team, id, csrPem: await someRequest(), former });

  it('ok: from two thirds of its life on, for the same device; the former is superseded in the same change', async () => {
    const former = await issueTo(member, 'laptop');
    const gate = await seedMachineRow(console_, member.team, { name: 'edge-1', enforcement: 'gate', admits: [member] });
    const early = await rejection(renew(member, former.certificateId));
    expect(early).toMatchObject({ code: 'certificate.wrong-state' });
    console_.clock.advance(21 * dayMs);
    const renewed = await renew(member, former.certificateId);
    const row = await admin.call.certificates.get({ team, id: renewed.certificateId });
    expect(row).toMatchObject({ state: 'active', deviceName: 'laptop' });
    expect(await admin.call.certificates.get({ team, id: former.certificateId })).toMatchObject({
      state: 'revoked',
      reason: 'superseded',
    });
    const change = await console_.runtime.database.prisma.accessChange.findUniqueOrThrow({
      where: { id: renewed.changeId ?? '' },
    });
    expect(change).toMatchObject({
      kind: 'issue',
      reason: 'superseded',
      fingerprints: [renewed.fingerprint, former.fingerprint],
    });
    expect(console_.admissions.pushed.at(-1)).toEqual([gate]);
  });

  it('ok: after its end, and with the former kept', async () => {
    const former = await issueTo(member, 'laptop');
    console_.clock.advance(40 * dayMs);
    expect(await stateOf(former.certificateId)).toBe('expired');
    await renew(member, former.certificateId, 'keep');
    expect(await stateOf(former.certificateId)).toBe('expired');
  });

  it('forbidden, conflict: nobody renews for another, and nothing that was taken away is renewed', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    console_.clock.advance(21 * dayMs);
    expect(await rejection(renew(admin, certificateId))).toMatchObject({ code: 'auth.forbidden' });
    await admin.call.certificates.suspend({ team, ids: [certificateId] });
    expect(await rejection(renew(member, certificateId))).toMatchObject({ code: 'certificate.wrong-state' });
    expect(await stateOf(certificateId)).toBe('suspended');
  });
});

describe('certificates.reissue', () => {
  const tokenOf = (url: string) => url.split('/').at(-1) ?? '';

  const offer = async (certificateId: string) =>
    tokenOf((await admin.call.certificates.reissue.createLink({ team, certificateId })).url);

  it('ok: only the member whom it is for makes a new certificate with it, once', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    await admin.call.certificates.revoke({ team, ids: [certificateId], reason: 'keyCompromise' });
    const token = await offer(certificateId);
    const notes = await member.call.notifications.list({ team });
    expect(notes.notifications.find(({ kind }) => kind === 'reissue-link')?.href).toContain(token);
    expect(await admin.call.certificates.reissue.links({ team })).toMatchObject([
      { deviceName: 'laptop', membership: { email: member.user.email } },
    ]);
    const describe_ = (by: TestMember) => by.call.certificates.reissue.describeLink({ team, token });
    expect(await describe_(member)).toMatchObject({ deviceName: 'laptop' });
    expect(await rejection(describe_(admin))).toMatchObject({ code: 'auth.link-invalid' });
    const csrPem = await someRequest();
    const redeem = (by: TestMember) => by.call.certificates.reissue.redeemLink({ team, token, csrPem });
    expect(await rejection(redeem(admin))).toMatchObject({ code: 'auth.link-invalid' });
    const issued = await redeem(member);
    expect(new X509Certificate(issued.certificatePem).subject).toContain(member.user.email);
    expect(await rejection(redeem(member))).toMatchObject({ code: 'auth.link-invalid' });
    expect(await admin.call.certificates.reissue.links({ team })).toEqual([]);
  });

  it('ok: of two uses at once one gets a certificate', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    const token = await offer(certificateId);
    const csrPem = await someRequest();
    const redeem = () => member.call.certificates.reissue.redeemLink({ team, token, csrPem });
    const outcomes = await Promise.allSettled([redeem(), redeem()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await admin.call.certificates.list({ team })).total).toBe(2);
  });

  it('conflict: neither after it was withdrawn nor after three days', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    const csrPem = await someRequest();
    const withdrawn = await offer(certificateId);
    const [link] = await admin.call.certificates.reissue.links({ team });
    await admin.call.certificates.reissue.withdrawLink({ team, id: link?.id ?? '' });
    const late = await offer(certificateId);
    console_.clock.advance(3 * dayMs + 1);
    for (const token of [withdrawn, late]) {
      const refused = await rejection(member.call.certificates.reissue.redeemLink({ team, token, csrPem }));
      expect(refused).toMatchObject({ code: 'auth.link-invalid' });
    }
    const again = admin.call.certificates.reissue.withdrawLink({ team, id: link?.id ?? '' });
    expect(await rejection(again)).toMatchObject({ code: 'reissue.not-found' });
  });

  it('ok: for a member who has no certificate yet; the database holds no way to use it', async () => {
    const { membershipId } = member.actor;
    const { url } = await admin.call.certificates.reissue.createLink({ team, membershipId, deviceName: 'desk' });
    const row = await console_.runtime.database.prisma.reissueLink.findFirstOrThrow({ where: { membershipId } });
    expect(JSON.stringify(row)).not.toContain(tokenOf(url));
  });

  it('forbidden: a member makes none, and a viewer is offered none', async () => {
    const { certificateId } = await issueTo(member, 'laptop');
    const refused = await rejection(member.call.certificates.reissue.createLink({ team, certificateId }));
    expect(refused).toMatchObject({ code: 'auth.forbidden' });
    const place = { membershipId: viewer.actor.membershipId, deviceName: 'desk' };
    const forViewer = await rejection(admin.call.certificates.reissue.createLink({ team, ...place }));
    expect(forViewer).toMatchObject({ code: 'auth.forbidden' });
  });
});
