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
  /** Stands in its name from the second on. Default 1. */
  readonly generation?: number;
}

export const authoritySelect = {
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
  imported: true,
  retiredAt: true,
} as const satisfies Prisma.AuthoritySelect;

/** A CA as rows hold it; its key stays sealed until openAuthority. */
export type AuthorityRow = Prisma.AuthorityGetPayload<{ select: typeof authoritySelect }>;

const keyBitsSchema = z.union([z.literal(2048), z.literal(3072), z.literal(4096)]);

const commonNames = {
  engine: () => 'Engine CA',
  console: () => 'Console CA',
  client: ({ email }: AuthorityPlan) => `Client CA of ${email ?? 'a member'}`,
} as const satisfies Record<AuthoritySubject['kind'], (plan: AuthorityPlan) => string>;

/**
 * Makes a CA pair without storing it. Takes up to seconds for large keys: call it before a transaction opens. An engine CA may
 * sign one CA below it: the bridge to its successor (see pki/bridge.ts).
 */
export function makeAuthority(runtime: Runtime, plan: AuthorityPlan): Promise<IssuedKeyPair> {
  const { generation = 1 } = plan;
  return createCa({
    commonName: commonNames[plan.kind](plan) + (generation > 1 ? ` (${generation})` : ''),
    ...(plan.kind === 'engine' && { pathLength: 1 }),
    organization: plan.teamName,
    keyBits: keyBitsSchema.parse(plan.keyBits),
    validForDays: plan.caValidForDays,
    now: runtime.clock.now(),
  });
}

/** Where a CA belongs. */
export interface AuthorityPlace {
  readonly teamId: string;
  readonly subject: AuthoritySubject;
}

const membershipOf = (subject: AuthoritySubject) => (subject.kind === 'client' ? subject.membershipId : null);

/** The rows of one subject, all generations. The shared client CAs of docker-machine belong to no member and are not among them. */
export const authoritiesAt = ({ teamId, subject }: AuthorityPlace) =>
  ({ teamId, kind: subject.kind, membershipId: membershipOf(subject) }) as const satisfies Prisma.AuthorityWhereInput;

/** The newest CA of a subject that is neither retired nor on its way back out (a rotation that was rolled back); null without one. */
export const findAuthority = (db: Transaction | PrismaClient, place: AuthorityPlace): Promise<AuthorityRow | null> =>
  db.authority.findFirst({
    where: { ...authoritiesAt(place), retiredAt: null, newIn: { none: { phase: 'rolled_back' } } },
    orderBy: { generation: 'desc' },
    select: authoritySelect,
  });

/** The generation that the next CA of a subject gets: one more than the newest, retired ones counted. */
export const nextGeneration = async (db: Transaction | PrismaClient, place: AuthorityPlace): Promise<number> => {
  const newest = await db.authority.aggregate({ where: authoritiesAt(place), _max: { generation: true } });
  return (newest._max.generation ?? 0) + 1;
};

/** Held until the transaction ends: keeps two callers from storing a CA of the same subject. */
export async function lockAuthorities(tx: Transaction, { teamId, subject }: AuthorityPlace): Promise<void> {
  const lock = `authority:${teamId}:${subject.kind}:${membershipOf(subject) ?? ''}`;
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
}

/** A CA pair, made here or brought along. */
export interface NewAuthority extends Pick<
  IssuedKeyPair,
  'certificatePem' | 'privateKeyPem' | 'serial' | 'fingerprintSha256' | 'notBefore' | 'notAfter'
> {
  readonly imported?: boolean;
}

/** Writes the row of a subject's next CA, its key sealed. The caller holds the lock. */
export async function insertAuthority(
  runtime: Runtime,
  tx: Transaction,
  { teamId, subject, made }: AuthorityPlace & { readonly made: NewAuthority },
): Promise<AuthorityRow> {
  const secretId = await runtime.secrets.put(tx, { teamId, purpose: 'authority-key', value: made.privateKeyPem });
  return tx.authority.create({
    data: {
      ...authoritiesAt({ teamId, subject }),
      generation: await nextGeneration(tx, { teamId, subject }),
      certificatePem: made.certificatePem,
      serial: made.serial,
      fingerprint: made.fingerprintSha256,
      notBefore: made.notBefore,
      notAfter: made.notAfter,
      imported: made.imported ?? false,
      secretId,
      createdAt: runtime.clock.now(),
    },
    select: authoritySelect,
  });
}

/** Stores a CA that makeAuthority made, unless the subject has one already that is not retired: then that one is the answer. */
export async function storeAuthority(
  runtime: Runtime,
  tx: Transaction,
  input: AuthorityPlace & { readonly made: NewAuthority },
): Promise<AuthorityRow> {
  await lockAuthorities(tx, input);
  return (await findAuthority(tx, input)) ?? insertAuthority(runtime, tx, input);
}

/** What the next CA of a subject is made from: names, key size and validity by team policy. Throws member.not-found. */
export const planOf = async (prisma: PrismaClient, place: AuthorityPlace): Promise<AuthorityPlan> => {
  const { teamId, subject } = place;
  const team = await prisma.team.findUniqueOrThrow({
    where: { id: teamId },
    select: { name: true, keyBits: true, caValidForDays: true },
  });
  const generation = await nextGeneration(prisma, place);
  const plan = { teamName: team.name, keyBits: team.keyBits, caValidForDays: team.caValidForDays, generation };
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
 * The CA that signs for the team's engines, the console in this team, or one member: the newest that is not retired, made if
 * there is none (key size and validity by team policy). While the engine CA is rotated, engineAuthorityOf says which one signs
 * for a machine. Call it outside of a transaction. A TeamContext's `{ runtime, teamId: actor.teamId }` or a job's
 * `{ runtime, teamId: job.teamId }` will do. Throws member.not-found. Idempotent, also for callers side by side.
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
