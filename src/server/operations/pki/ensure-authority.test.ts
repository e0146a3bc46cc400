import { createPrivateKey, X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { rejection } from '../../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import {
  type AuthoritySubject,
  ensureAuthority,
  makeAuthority,
  openAuthority,
  storeAuthority,
} from './ensure-authority';

let console_: TestConsole;
let member: TestMember;

const prisma = () => console_.runtime.database.prisma;
const scope = () => ({ runtime: console_.runtime, teamId: member.team.id });
const memberCa = (): AuthoritySubject => ({ kind: 'client', membershipId: member.actor.membershipId });

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
