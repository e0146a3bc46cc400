import 'server-only';
import type { CertificateState } from '@/lib/revocation';
import { type CertificateKind, Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { type CertificateRow, certificateSelect, toCertificateRow } from './certificate-rows';

export const certificateSorts = ['issued', 'expires', 'owner', 'lastUsed'] as const;

export interface CertificateQuery {
  /** Only the caller's own. */
  readonly mine: boolean;
  readonly kind?: CertificateKind | undefined;
  readonly state?: CertificateState | undefined;
  /** Words, all of which have to occur in holder, device, machine, subject, serial or fingerprint. */
  readonly q?: string | undefined;
  readonly sort: (typeof certificateSorts)[number];
  readonly order: 'asc' | 'desc';
  /** The id of the last row that the caller has. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface CertificatePage {
  readonly certificates: readonly CertificateRow[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
  /** How many there are in all pages. */
  readonly total: number;
}

/** What each order compares; equal ones stand by id. A certificate that was never used counts as used in 1970. */
const sortKeys: Readonly<Record<CertificateQuery['sort'], Prisma.Sql>> = {
  issued: Prisma.sql`c."createdAt"`,
  expires: Prisma.sql`c."notAfter"`,
  owner: Prisma.sql`lower(coalesce(c."holderName", u."name", m."name", c."subject"))`,
  lastUsed: Prisma.sql`coalesce((
    select max(use."lastUsedAt") from "CertificateUse" use where use."certificateId" = c."id"), 'epoch'::timestamp)`,
};

const direction = {
  asc: { by: Prisma.raw('asc'), behind: Prisma.raw('>') },
  desc: { by: Prisma.raw('desc'), behind: Prisma.raw('<') },
};

// An ISO text read as a timestamp without zone is UTC, as Prisma stores it, whatever zone the session has.
const timestamp = (at: Date) => Prisma.sql`${at.toISOString().replace('Z', '')}::timestamp`;

const inState = (state: CertificateState, now: Date): Prisma.Sql => {
  const hasEnded = Prisma.sql`c."notAfter" <= ${timestamp(now)}`;
  if (state === 'revoked') return Prisma.sql`c."status" = 'revoked'`;
  if (state === 'expired') return Prisma.sql`c."status" <> 'revoked' and ${hasEnded}`;
  return Prisma.sql`c."status"::text = ${state} and not (${hasEnded})`;
};

const pattern = (word: string): string => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

/** One word of the search. Fingerprints and serials are pasted with colons as often as without. */
const mentions = (word: string): Prisma.Sql => {
  const text = pattern(word);
  const hex = pattern(word.replaceAll(':', ''));
  return Prisma.sql`(
    concat_ws(' ', coalesce(c."holderName", u."name"), coalesce(c."holderEmail", u."email"), c."deviceName", m."name",
      c."subject") ilike ${text}
    or c."serial" ilike ${hex} or c."fingerprint" ilike ${hex})`;
};

const conditions = (query: CertificateQuery, viewer: { now: Date; membershipId: string }): Prisma.Sql => {
  const words = (query.q ?? '').split(/\s+/).filter((word) => word !== '');
  return Prisma.join(
    [
      Prisma.sql`true`,
      ...(query.mine ? [Prisma.sql`c."membershipId" = ${viewer.membershipId}`] : []),
      ...(query.kind ? [Prisma.sql`c."kind"::text = ${query.kind}`] : []),
      ...(query.state ? [inState(query.state, viewer.now)] : []),
      ...words.map(mentions),
    ],
    ' and ',
  );
};

/** The team's certificates: filtered, sorted and paged by key, so that a page begins where the one before it ended. */
export async function listCertificates(ctx: TeamContext, query: CertificateQuery): Promise<CertificatePage> {
  const { runtime, actor, db } = ctx;
  const viewer = { now: runtime.clock.now(), membershipId: actor.membershipId };
  const { by, behind } = direction[query.order];
  const cursor = query.cursor
    ? Prisma.sql`where (key, id) ${behind} (select key, id from keyed where id = ${query.cursor})`
    : Prisma.empty;
  const found = await db.$queryRaw<{ id: string; total: number }[]>`
    with keyed as (
      select c."id" as id, ${sortKeys[query.sort]} as key, (${conditions(query, viewer)}) as fits
      from "Certificate" c
      left join "Membership" ms on ms."id" = c."membershipId"
      left join "User" u on u."id" = ms."userId"
      left join "Machine" m on m."id" = c."machineId"
      where c."teamId" = ${actor.teamId}
    ), fitting as (select id, key, (count(*) over ())::int as total from keyed where fits)
    select id, total from fitting ${cursor} order by key ${by}, id ${by} limit ${query.limit + 1}`;
  const ids = found.slice(0, query.limit).map((row) => row.id);
  const rows = await db.certificate.findMany({ where: { id: { in: ids } }, select: certificateSelect });
  const byId = new Map(rows.map((row) => [row.id, toCertificateRow(row, viewer)]));
  return {
    certificates: ids.flatMap((id) => byId.get(id) ?? []),
    next: found.length > query.limit ? (ids.at(-1) ?? null) : null,
    total: found[0]?.total ?? 0,
  };
}
