import 'server-only';
import { auditHash, genesis } from '@/server/audit/record-audit';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

/** Whether the log still says what was written: every event has its hash and follows the one before. */
export type ChainState =
  | { readonly kind: 'intact'; readonly events: number; readonly lastHash: string | null; readonly checkedAt: Date }
  | {
      readonly kind: 'broken';
      /** The number of the first event that does not fit. */
      readonly seq: number;
      /** `missing`: a number was left out. `altered`: the event is not what was written. `unlinked`: the one before was replaced. */
      readonly reason: 'missing' | 'altered' | 'unlinked';
      readonly checkedAt: Date;
    };

const hashedSelect = {
  teamId: true,
  seq: true,
  at: true,
  actorId: true,
  actorName: true,
  action: true,
  targetType: true,
  targetId: true,
  targetName: true,
  before: true,
  after: true,
  address: true,
  requestId: true,
  previousHash: true,
  hash: true,
} as const satisfies Prisma.AuditEventSelect;

type HashedRow = Prisma.AuditEventGetPayload<{ select: typeof hashedSelect }>;

interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** Why an event does not follow the link before it; null when it does. Pure. */
export function findFault(row: HashedRow, previous: Link): 'missing' | 'altered' | 'unlinked' | null {
  if (row.seq !== previous.seq + 1) return 'missing';
  const { previousHash, hash, at, ...fields } = row;
  if (auditHash(previousHash, { ...fields, at: at.toISOString() }) !== hash) return 'altered';
  return previousHash === previous.hash ? null : 'unlinked';
}

const batch = 500;

/**
 * Computes the team's audit chain again, from its first event. A change of any event, or one left out, shows; that the
 * newest events were cut off does not, unless somebody kept the last hash, which is why it is told.
 */
export async function verifyChain({ runtime, db }: TeamContext): Promise<ChainState> {
  let previous: Link = { seq: 0, hash: genesis };
  for (;;) {
    const rows = await db.auditEvent.findMany({
      where: { seq: { gt: previous.seq } },
      orderBy: { seq: 'asc' },
      take: batch,
      select: hashedSelect,
    });
    for (const row of rows) {
      const reason = findFault(row, previous);
      if (reason) return { kind: 'broken', seq: row.seq, reason, checkedAt: runtime.clock.now() };
      previous = row;
    }
    if (rows.length < batch) break;
  }
  const lastHash = previous.seq === 0 ? null : previous.hash;
  return { kind: 'intact', events: previous.seq, lastHash, checkedAt: runtime.clock.now() };
}
