import 'server-only';
import { z } from 'zod';

import type { Transaction } from '@/server/db/database';
import type { Prisma, PrismaClient } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import { createCa, type IssuedKeyPair } from '@/server/pki/ca';
import type { CaPair } from '@/server/pki/issuer';
import type { Runtime } from '@/server/runtime';

/** Whose certificates a CA signs: the team's engines, the console itself, or one member's devices. */
export type AuthoritySubject =
  | { readonly kind: 'engine' }
  | { readonly kind: 'console' }
  | { readonly kind: 'client'; readonly membershipId: string };

/** What a CA is made from, known before the team or the membership has a row. */
export interface AuthorityPlan {
  readonly kind: AuthoritySubject['kind'];
  readonly teamName: string;
  /** The member's, for a client CA. */
  readonly email?: string;
  readonly keyBits: number;
  readonly caValidForDays: number;
}

const authoritySelect = {
  id: true,
  teamId: true,
  kind: true,
  membershipId: true,
  generation: true,
  certificatePem: true,
  fingerprint: true,
  notBefore: true,
  notAfter: true,
  secretId: true,
} as const satisfies Prisma.AuthoritySelect;

/** A CA as rows hold it; its key stays sealed until openAuthority. */
export type AuthorityRow = Prisma.AuthorityGetPayload<{ select: typeof authoritySelect }>;

const keyBitsSchema = z.union([z.literal(2048), z.literal(3072), z.literal(4096)]);

const commonNames = {
  engine: () => 'Engine CA',
  console: () => 'Console CA',
  client: ({ email }: AuthorityPlan) => `Client CA of ${email ?? 'a member'}`,
} as const satisfies Record<AuthoritySubject['kind'], (plan: AuthorityPlan) => string>;

/** Makes a CA pair without storing it. Takes up to seconds for large keys: call it before a transaction opens. */
export function makeAuthority(runtime: Runtime, plan: AuthorityPlan): Promise<IssuedKeyPair> {
  return createCa({
    commonName: commonNames[plan.kind](plan),
    organization: plan.teamName,
    keyBits: keyBitsSchema.parse(plan.keyBits),
    validForDays: plan.caValidForDays,
    now: runtime.clock.now(),
  });
}

interface Place {
  readonly teamId: string;
  readonly subject: AuthoritySubject;
}

const membershipOf = (subject: AuthoritySubject) => (subject.kind === 'client' ? subject.membershipId : null);

const findAuthority = (db: Transaction | PrismaClient, { teamId, subject }: Place): Promise<AuthorityRow | null> =>
  db.authority.findFirst({
    where: { teamId, kind: subject.kind, membershipId: membershipOf(subject) },
    orderBy: { generation: 'desc' },
    select: authoritySelect,
  });

/**
 * Stores a CA that makeAuthority made, its key sealed, unless the subject has one already: then that one is the answer.
 * An advisory lock, held until the transaction ends, keeps two callers from storing two.
 */
export async function storeAuthority(
  runtime: Runtime,
  tx: Transaction,
  { teamId, subject, made }: Place & { readonly made: IssuedKeyPair },
): Promise<AuthorityRow> {
  const lock = `authority:${teamId}:${subject.kind}:${membershipOf(subject) ?? ''}`;
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
  const present = await findAuthority(tx, { teamId, subject });
  if (present) return present;
  const secretId = await runtime.secrets.put(tx, { teamId, purpose: 'authority-key', value: made.privateKeyPem });
  return tx.authority.create({
    data: {
      teamId,
      kind: subject.kind,
      membershipId: membershipOf(subject),
      certificatePem: made.certificatePem,
      serial: made.serial,
      fingerprint: made.fingerprintSha256,
      notBefore: made.notBefore,
      notAfter: made.notAfter,
      secretId,
      createdAt: runtime.clock.now(),
    },
    select: authoritySelect,
  });
}

const planOf = async (prisma: PrismaClient, { teamId, subject }: Place): Promise<AuthorityPlan> => {
  const team = await prisma.team.findUniqueOrThrow({
    where: { id: teamId },
    select: { name: true, keyBits: true, caValidForDays: true },
  });
  const plan = { teamName: team.name, keyBits: team.keyBits, caValidForDays: team.caValidForDays };
  if (subject.kind !== 'client') return { ...plan, kind: subject.kind };
  const membership = await prisma.membership.findFirst({
    where: { id: subject.membershipId, teamId },
    select: { user: { select: { email: true } } },
  });
  if (!membership) {
    throw new AppError({ code: 'member.not-found', public: 'There is no such member in this team.' });
  }
  return { ...plan, kind: 'client', email: membership.user.email };
};

/**
 * The CA of the team's engines, of the console in this team, or of one member, made if there is none yet (key size and
 * validity by team policy). Call it outside of a transaction. A TeamContext's `{ runtime, teamId: actor.teamId }` or a
 * job's `{ runtime, teamId: job.teamId }` will do. Throws member.not-found. Idempotent, also for callers side by side.
 */
export async function ensureAuthority(
  { runtime, teamId }: { readonly runtime: Runtime; readonly teamId: string },
  subject: AuthoritySubject,
): Promise<AuthorityRow> {
  const { prisma } = runtime.database;
  const present = await findAuthority(prisma, { teamId, subject });
  if (present) return present;
  const made = await makeAuthority(runtime, await planOf(prisma, { teamId, subject }));
  return prisma.$transaction((tx) => storeAuthority(runtime, tx, { teamId, subject, made }));
}

/** A CA with its key unsealed, to sign with at once and then to forget. Throws secrets.unreadable. */
export async function openAuthority(runtime: Runtime, authority: AuthorityRow): Promise<CaPair> {
  const privateKeyPem = await runtime.secrets.open(runtime.database.prisma, {
    id: authority.secretId,
    teamId: authority.teamId,
    purpose: 'authority-key',
  });
  return { certificatePem: authority.certificatePem, privateKeyPem };
}
