import { createPrivateKey, X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { rejection } from '../../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { engineCaBundle } from './engine-ca-bundle';
import {
  type AuthoritySubject,
  ensureAuthority,
  makeAuthority,
  openAuthority,
  storeAuthority,
} from './ensure-authority';
import { makeNextGeneration, retireAuthority, storeNextGeneration } from './next-generation';

let console_: TestConsole;
let member: TestMember;

const prisma = () => console_.runtime.database.prisma;
const scope = () => ({ runtime: console_.runtime, teamId: member.team.id });
const memberCa = (): AuthoritySubject => ({ kind: 'client', membershipId: member.actor.membershipId });

const succeed = async (subject: AuthoritySubject) => {
  const place = { teamId: member.team.id, subject };
  const made = await makeNextGeneration(console_.runtime, place);
  return prisma().$transaction((tx) => storeNextGeneration(console_.runtime, tx, { ...place, made }));
};

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  member = await console_.seedMember(await console_.seedTeam());
});

describe('the CA of a team', () => {
  it.each([
    ['engine', () => ({ kind: 'engine' }) as const, () => 'Engine CA'],
    ['console', () => ({ kind: 'console' }) as const, () => 'Console CA'],
    ['client', memberCa, () => `Client CA of ${member.user.email}`],
  ])('of kind %s is made at first use, named after what it is for, and the same from then on', async (...row) => {
    const [kind, subject, commonName] = row;
    const first = await ensureAuthority(scope(), subject());
    const certificate = new X509Certificate(first.certificatePem);
    expect(certificate.ca).toBe(true);
    expect(certificate.subject.split('\n')).toEqual([`O=Team ${member.team.slug}`, `CN=${commonName()}`]);
    expect(first).toMatchObject({ kind, generation: 1, teamId: member.team.id });
    expect(await ensureAuthority(scope(), subject())).toEqual(first);
  });

  it('has a key of the size and a validity that the team asks for', async () => {
    await prisma().team.update({ where: { id: member.team.id }, data: { keyBits: 3072, caValidForDays: 100 } });
    const authority = await ensureAuthority(scope(), { kind: 'engine' });
    const key = new X509Certificate(authority.certificatePem).publicKey;
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(authority.notAfter.getTime() - console_.clock.now().getTime()).toBe(100 * 86_400_000);
  });

  it('is one, for callers side by side as well', async () => {
    const made = await Promise.all(Array.from({ length: 3 }, () => ensureAuthority(scope(), { kind: 'engine' })));
    expect(new Set(made.map((authority) => authority.id)).size).toBe(1);
  });

  // Making a key takes long, so that callers rarely meet at the database; here they do. Without the lock each would store
  // one, and what one of them signs would not be trusted.
  it('is stored once, by whoever comes first, and the others get that one', async () => {
    const plan = { kind: 'engine', teamName: 'Edge', keyBits: 2048, caValidForDays: 10 } as const;
    const made = await makeAuthority(console_.runtime, plan);
    const place = { teamId: member.team.id, subject: { kind: 'engine' } as const, made };
    const rows = await Promise.all(
      Array.from({ length: 6 }, () => prisma().$transaction((tx) => storeAuthority(console_.runtime, tx, place))),
    );
    expect(new Set(rows.map((row) => row.id)).size).toBe(1);
    expect(await prisma().authority.count({ where: { teamId: member.team.id } })).toBe(1);
    expect(await prisma().secret.count({ where: { teamId: member.team.id } })).toBe(1);
  });

  it('keeps its key sealed, and opens it for signing', async () => {
    const authority = await ensureAuthority(scope(), memberCa());
    const secret = await prisma().secret.findUniqueOrThrow({ where: { id: authority.secretId } });
    expect(Buffer.from(secret.sealed).includes('PRIVATE KEY')).toBe(false);
    const pair = await openAuthority(console_.runtime, authority);
    const key = createPrivateKey(pair.privateKeyPem);
    expect(new X509Certificate(pair.certificatePem).checkPrivateKey(key)).toBe(true);
  });

  it("of another team's member is not found", async () => {
    const stranger = await console_.seedMember(await console_.seedTeam());
    const subject = { kind: 'client', membershipId: stranger.actor.membershipId } as const;
    expect(await rejection(ensureAuthority(scope(), subject))).toMatchObject({ code: 'member.not-found' });
  });
});

describe('the next CA', () => {
  it('is one generation on, signs from then on, and says so in its name; the former stays', async () => {
    const first = await ensureAuthority(scope(), memberCa());
    const second = await succeed(memberCa());
    expect(second).toMatchObject({ generation: 2, membershipId: member.actor.membershipId, retiredAt: null });
    expect(new X509Certificate(second.certificatePem).subject).toContain(`CN=Client CA of ${member.user.email} (2)`);
    expect(await ensureAuthority(scope(), memberCa())).toEqual(second);
    await prisma().$transaction((tx) => retireAuthority(console_.runtime, tx, second));
    expect(await ensureAuthority(scope(), memberCa())).toEqual(first);
  });

  it('counts on where all former ones are retired', async () => {
    const first = await ensureAuthority(scope(), memberCa());
    await prisma().$transaction((tx) => retireAuthority(console_.runtime, tx, first));
    const second = await ensureAuthority(scope(), memberCa());
    expect(second.generation).toBe(2);
    expect(second.fingerprint).not.toBe(first.fingerprint);
  });

  it("stands in the clients' ca.pem before the former, until one of them is retired", async () => {
    const first = await ensureAuthority(scope(), { kind: 'engine' });
    const second = await succeed({ kind: 'engine' });
    const both = await engineCaBundle(console_.runtime, member.team.id);
    expect(both).toEqual({ pem: second.certificatePem + first.certificatePem, newestGeneration: 2 });
    await prisma().$transaction((tx) => retireAuthority(console_.runtime, tx, first));
    expect((await engineCaBundle(console_.runtime, member.team.id)).pem).toBe(second.certificatePem);
  });

  it('is not stored twice', async () => {
    const place = { teamId: member.team.id, subject: { kind: 'engine' } as const };
    const made = await makeNextGeneration(console_.runtime, place);
    const store = () => prisma().$transaction((tx) => storeNextGeneration(console_.runtime, tx, { ...place, made }));
    await store();
    expect(await rejection(store())).toMatchObject({ code: 'input.invalid' });
  });
});
