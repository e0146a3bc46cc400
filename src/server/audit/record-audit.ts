import 'server-only';
import { createHash } from 'node:crypto';

import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';

import type { AuditActor } from './actor';

/** A change, as it is told: `noun.verb-in-past` ("machine.created"), what it was done to, and the values that changed. */
export interface AuditEntry {
  readonly action: string;
  readonly target: { readonly type: string; readonly id?: string; readonly name: string };
  readonly before?: Prisma.InputJsonObject;
  readonly after?: Prisma.InputJsonObject;
}

/** The previous hash of a team's first event. */
export const genesis = '0'.repeat(64);

// JSON with sorted keys, so that the same event has the same bytes wherever the database puts its keys.
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    item && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );

export interface HashedFields {
  readonly teamId: string;
  readonly seq: number;
  readonly at: string;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string | null;
  readonly targetName: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly address: string | null;
  readonly requestId: string | null;
}

/** SHA-256 (hex) over the previous event's hash and this event's canonical JSON. */
export const auditHash = (previousHash: string, event: HashedFields): string =>
  createHash('sha256')
    .update(`${previousHash}\n${canonical(event)}`)
    .digest('hex');

/**
 * Appends one event to the team's audit chain, in the transaction of the change that it tells of. Events of a team are
 * written one after the other (an advisory lock held until the transaction ends), so that the chain has no fork.
 */
export async function recordAudit(tx: Transaction, actor: AuditActor, entry: AuditEntry): Promise<void> {
  const { teamId } = actor;
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`audit:${teamId}`}, 0))`;
  const last = await tx.auditEvent.findFirst({
    where: { teamId },
    orderBy: { seq: 'desc' },
    select: { seq: true, hash: true },
  });
  const previousHash = last?.hash ?? genesis;
  const at = new Date();
  const fields = {
    teamId,
    seq: (last?.seq ?? 0) + 1,
    actorId: actor.userId ?? null,
    actorName: actor.name,
    action: entry.action,
    targetType: entry.target.type,
    targetId: entry.target.id ?? null,
    targetName: entry.target.name,
    address: actor.address ?? null,
    requestId: actor.requestId ?? null,
  };
  const before = entry.before ?? null;
  const after = entry.after ?? null;
  await tx.auditEvent.create({
    data: {
      ...fields,
      at,
      ...(entry.before && { before: entry.before }),
      ...(entry.after && { after: entry.after }),
      previousHash,
      hash: auditHash(previousHash, { ...fields, at: at.toISOString(), before, after }),
    },
    select: { id: true },
  });
}
