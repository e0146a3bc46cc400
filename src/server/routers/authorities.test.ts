import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { rotationStage } from '@/server/operations/authorities/authorities.test-support';
import { engineCaBundle } from '@/server/operations/pki/engine-ca-bundle';
import { trustOfMachine } from '@/server/operations/pki/trust-of-machine';
import type { IssuedKeyPair } from '@/server/pki/ca';
import { issueClientKeyPair } from '@/server/pki/client-certificate';
import { fingerprint } from '@/server/pki/inspect';
import { harbour, quickCa } from '@/server/pki/pki.test-support';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

const day = 86_400_000;

let console_: TestConsole;
let owner: TestMember;
let member: TestMember;
let foreign: TestMember;
let stage: ReturnType<typeof rotationStage>;
let ca: IssuedKeyPair;
let client: IssuedKeyPair;

beforeAll(async () => {
  console_ = await createTestConsole();
  const now = console_.clock.now();
  ca = await quickCa({ commonName: 'docker-machine', now });
  client = await issueClientKeyPair({ ca, subject: harbour, keyBits: 2048, validForDays: 100, now });
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ owner, member } = await console_.seedCrew('owner', 'member'));
  foreign = await console_.seedMember(await console_.seedTeam());
  stage = rotationStage(console_, owner);
});

const team = () => ({ team: owner.team.slug });
const pair = () => ({ certificatePem: ca.certificatePem, keyPem: ca.privateKeyPem, alsoClients: false });
const bring = (change: object = {}) => owner.call.authorities.import({ ...team(), ...pair(), ...change });
const shared = async () => (await owner.call.authorities.list(team())).authorities.find((row) => row.shared);
const certificatesOf = (who: TestMember) =>
  console_.runtime.database.prisma.certificate.findMany({
    where: { membershipId: who.actor.membershipId },
    select: { fingerprint: true, status: true, deviceName: true, secretId: true },
  });
const trusts = async (machineId: string): Promise<boolean> => {
  const { trustPem } = await trustOfMachine(console_.runtime, { machineId, teamId: owner.team.id });
  return trustPem.includes(ca.certificatePem.trim());
};

describe('authorities.import', () => {
  it('ok: is in use at once where no machine has a certificate; its key is sealed', async () => {
    await engineCaBundle(console_.runtime, owner.team.id);
    const { authorityId, rotationId } = await bring();
    expect(rotationId).toBeNull();
    expect((await engineCaBundle(console_.runtime, owner.team.id)).pem).toBe(ca.certificatePem);
    const { authorities } = await member.call.authorities.list(team());
    expect(authorities.find((row) => row.id === authorityId)).toMatchObject({
      kind: 'engine',
      generation: 2,
      subject: 'CN=docker-machine, O=harbour',
      fingerprint: fingerprint(ca.certificatePem),
      imported: true,
      retiredAt: null,
    });
    expect(JSON.stringify(authorities)).not.toContain('PRIVATE KEY');
    const audit = await console_.runtime.database.prisma.auditEvent.findFirstOrThrow({
      where: { teamId: owner.team.id, action: 'authority.imported' },
    });
    expect(JSON.stringify(audit.after)).toContain(fingerprint(ca.certificatePem));
    await stage.machine('edge-1');
    expect((await stage.certificateOf('edge-1')).authorityId).toBe(authorityId);
  });

  it('ok: is introduced by a rotation where machines have certificates', async () => {
    await stage.machine('edge-1');
    const { rotationId } = await bring();
    expect(rotationId).not.toBeNull();
    expect((await owner.call.authorities.rotation(team())).current).toMatchObject({
      id: rotationId,
      phase: 'introduced',
      next: { fingerprint: fingerprint(ca.certificatePem) },
    });
    expect(await rejection(bring())).toMatchObject({ code: 'rotation.wrong-phase' });
  });

  it('ok: for clients too, engines trust it and gates know its certificates, until it is retired', async () => {
    const engine = await stage.machine('edge-1', 'engine');
    const gate = await stage.machine('edge-2', 'gate');
    await stage.admit('edge-2', member);
    const clientCertificates = [{ pem: client.certificatePem, membershipId: member.actor.membershipId }];
    const { changeId } = await bring({ alsoClients: true, clientCertificates });
    expect(changeId).not.toBeNull();
    expect(console_.admissions.pushed.at(-1)).toEqual([gate]);
    expect(await trusts(engine)).toBe(true);
    expect(await certificatesOf(member)).toEqual([
      { fingerprint: fingerprint(client.certificatePem), status: 'active', deviceName: 'imported', secretId: null },
    ]);

    const authorityId = (await shared())?.id ?? '';
    const retired = await owner.call.authorities.retire({ ...team(), authorityId });
    expect(retired.changeId).not.toBeNull();
    expect(await trusts(engine)).toBe(false);
    expect((await certificatesOf(member))[0]?.status).toBe('revoked');
    expect(await rejection(owner.call.authorities.retire({ ...team(), authorityId }))).toMatchObject({
      code: 'rotation.wrong-phase',
    });
  });

  it('invalid-input: a key of another CA, a certificate that the CA did not sign, and clients without the CA', async () => {
    const other = await quickCa({ now: console_.clock.now() });
    expect(await rejection(bring({ keyPem: other.privateKeyPem }))).toMatchObject({ code: 'pki.key-invalid' });
    const { membershipId } = member.actor;
    const signedByOther = await issueClientKeyPair({
      ca: other,
      subject: harbour,
      keyBits: 2048,
      validForDays: 10,
      now: console_.clock.now(),
    });
    const withClients = (pem: string, alsoClients = true) =>
      bring({ alsoClients, clientCertificates: [{ pem, membershipId }] });
    expect(await rejection(withClients(signedByOther.certificatePem))).toMatchObject({
      code: 'pki.certificate-invalid',
      fieldErrors: { 'clientCertificates.0.pem': expect.any(String) as string },
    });
    expect(await rejection(withClients(client.certificatePem, false))).toMatchObject({ code: 'input.invalid' });
    // Nothing is left behind of what was refused.
    expect((await owner.call.authorities.list(team())).authorities.filter((row) => row.imported)).toEqual([]);
  });

  it('forbidden, not-found: only owners, and only for members of the team', async () => {
    expect(await rejection(member.call.authorities.import({ ...team(), ...pair() }))).toMatchObject({
      code: 'auth.forbidden',
    });
    const clientCertificates = [{ pem: client.certificatePem, membershipId: foreign.actor.membershipId }];
    expect(await rejection(bring({ alsoClients: true, clientCertificates }))).toMatchObject({
      code: 'member.not-found',
    });
    await bring({ alsoClients: true });
    const authorityId = (await shared())?.id ?? '';
    const theirs = foreign.call.authorities.retire({ team: foreign.team.slug, authorityId });
    expect(await rejection(theirs)).toMatchObject({ code: 'authority.not-found' });
  });
});

describe('authorities.radar', () => {
  const radar = async () => (await member.call.authorities.radar(team())).items;

  it('ok: shows what ends within 90 days, the soonest first, by 7, 30 and 90 days', async () => {
    await console_.runtime.database.prisma.team.update({
      where: { id: owner.team.id },
      data: { caValidForDays: 400, engineValidForDays: 365, clientValidForDays: 80 },
    });
    await stage.machine('edge-1');
    await stage.issue(member);
    const [first] = await radar();
    expect(first).toMatchObject({ what: 'client', name: member.user.name, detail: 'laptop', tone: 'info' });
    expect(await radar()).toHaveLength(1);

    console_.clock.advance(75 * day);
    expect(await radar()).toMatchObject([{ what: 'client', tone: 'failed', renewsItself: false }]);
    console_.clock.advance(260 * day);
    const items = await radar();
    expect(items.map(({ what, tone }) => [what, tone])).toEqual([
      ['engine', 'attention'],
      ['ca', 'info'],
      ['ca', 'info'],
    ]);
    expect(items[0]).toMatchObject({ name: 'edge-1', renewsItself: true });
    expect(items[0]?.href).toContain('edge-1');
  });

  it('ok: a CA that has ended stays until it is retired; another team sees none of it', async () => {
    await engineCaBundle(console_.runtime, owner.team.id);
    console_.clock.advance(3651 * day);
    expect(await radar()).toMatchObject([{ what: 'ca', tone: 'failed' }]);
    const { items } = await foreign.call.authorities.radar({ team: foreign.team.slug });
    expect(items).toEqual([]);
    expect(await rejection(foreign.call.authorities.radar(team()))).toMatchObject({ code: 'team.not-found' });
  });
});
