import 'server-only';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

export interface EventFilter {
  /** The exact name of who acted. */
  readonly actor?: string | undefined;
  /** An action ("member.invited"), or the noun before the dot for all of its actions ("member"). */
  readonly action?: string | undefined;
}

export interface ListEventsInput extends EventFilter {
  /** Events older than this one, by its number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

const eventSelect = {
  id: true,
  seq: true,
  at: true,
  actorId: true,
  actorName: true,
  action: true,
  targetType: true,
  targetName: true,
  before: true,
  after: true,
  address: true,
  requestId: true,
  hash: true,
} as const satisfies Prisma.AuditEventSelect;

export type EventRow = Prisma.AuditEventGetPayload<{ select: typeof eventSelect }>;

export interface EventPage {
  readonly events: readonly EventRow[];
  /** `before` of the next page; null on the last one. */
  readonly nextBefore: number | null;
}

/** The team's events, the newest first. Pages go by the events' numbers, so that new ones shift nothing. */
export async function listEvents({ db }: TeamContext, input: ListEventsInput): Promise<EventPage> {
  const { before, limit, actor, action } = input;
  const rows = await db.auditEvent.findMany({
    where: {
      ...(before !== undefined && { seq: { lt: before } }),
      ...(actor !== undefined && { actorName: actor }),
      ...(action !== undefined && { OR: [{ action }, { action: { startsWith: `${action}.` } }] }),
    },
    orderBy: { seq: 'desc' },
    take: limit + 1,
    select: eventSelect,
  });
  const events = rows.slice(0, limit);
  return { events, nextBefore: rows.length > limit ? (events.at(-1)?.seq ?? null) : null };
}

/** What the log can be filtered by: everybody who acted and every action that occurred, in order. */
export async function listEventFacets({ db }: TeamContext): Promise<{ actors: string[]; actions: string[] }> {
  const [actors, actions] = await Promise.all([
    db.auditEvent.groupBy({ by: ['actorName'], orderBy: { actorName: 'asc' } }),
    db.auditEvent.groupBy({ by: ['action'], orderBy: { action: 'asc' } }),
  ]);
  return { actors: actors.map((row) => row.actorName), actions: actions.map((row) => row.action) };
}
