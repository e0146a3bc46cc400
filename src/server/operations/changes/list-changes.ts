import 'server-only';
import type { AccessChangeKind } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { type ChangeEffects, type ChangeRequest, changeSelect } from './change-view';

/** A change in a list, with how far its machines are. */
export interface ChangeSummary extends ChangeRequest {
  readonly machines: number;
  readonly confirmed: number;
  readonly pending: number;
  readonly endedConnections: number;
  /** Of the slowest machine that has confirmed, in milliseconds; null while none has. */
  readonly slowestMs: number | null;
}

export interface ChangePage {
  readonly changes: ChangeSummary[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** The team's changes of who gets in where, newest first, paged by key. */
export async function listChanges(
  ctx: TeamContext,
  input: { cursor?: string | undefined; limit: number; kind?: AccessChangeKind | undefined },
): Promise<ChangePage> {
  const rows = await ctx.db.accessChange.findMany({
    where: { ...(input.kind && { kind: input.kind }) },
    orderBy: [{ requestedAt: 'desc' }, { id: 'desc' }],
    take: input.limit + 1,
    ...(input.cursor && { cursor: { id: input.cursor }, skip: 1 }),
    select: { ...changeSelect, receipts: { select: { state: true, tookMs: true, endedConnections: true } } },
  });
  const changes = rows.slice(0, input.limit).map(({ receipts, ...row }) => {
    const times = receipts.flatMap(({ tookMs }) => (tookMs === null ? [] : [tookMs]));
    return {
      ...row,
      effects: row.effects as ChangeEffects,
      machines: receipts.length,
      confirmed: receipts.filter((receipt) => receipt.state === 'confirmed').length,
      pending: receipts.filter((receipt) => receipt.state === 'pending').length,
      endedConnections: receipts.reduce((sum, receipt) => sum + (receipt.endedConnections ?? 0), 0),
      slowestMs: times.length > 0 ? Math.max(...times) : null,
    };
  });
  return { changes, next: rows.length > input.limit ? (changes.at(-1)?.id ?? null) : null };
}
