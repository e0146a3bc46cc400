import 'server-only';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

export interface EventFilter {
  /** Exact names of who acted; any of them. */
  readonly actors?: readonly string[] | undefined;
  /** Actions ("member.invited"), or nouns before the dot for all of their actions ("member"); any of them. */
  readonly actions?: readonly string[] | undefined;
  /** Parts of the target's name; all have to occur. */
  readonly words?: readonly string[] | undefined;
}

export interface ListEventsInput extends EventFilter {
  /** The `nextCursor` of the page before: events older than this one, by its number. */
  readonly cursor?: number | undefined;
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
  /** Null on the last page. */
  readonly nextCursor: number | null;
}

// Prisma's `contains` is LIKE, and leaves its wildcards as they are.
const literal = (word: string): string => word.replaceAll(/[\\%_]/g, String.raw`\$&`);

const matching = ({ actors, actions, words = [] }: EventFilter): Prisma.AuditEventWhereInput[] => [
  ...(actors ? [{ actorName: { in: [...actors] } }] : []),
  ...(actions ? [{ OR: actions.flatMap((action) => [{ action }, { action: { startsWith: `${action}.` } }]) }] : []),
  ...words.map((word) => ({ targetName: { contains: literal(word), mode: 'insensitive' as const } })),
];

/** The team's events, the newest first. Pages go by the events' numbers, so that new ones shift nothing. */
export async function listEvents({ db }: TeamContext, input: ListEventsInput): Promise<EventPage> {
  const { cursor, limit } = input;
  const rows = await db.auditEvent.findMany({
    where: { AND: [...matching(input), ...(cursor === undefined ? [] : [{ seq: { lt: cursor } }])] },
    orderBy: { seq: 'desc' },
    take: limit + 1,
    select: eventSelect,
  });
  const events = rows.slice(0, limit);
  return { events, nextCursor: rows.length > limit ? (events.at(-1)?.seq ?? null) : null };
}

/** What the log can be filtered by: everybody who acted and every action that occurred, in order. */
export async function listEventFacets({ db }: TeamContext): Promise<{ actors: string[]; actions: string[] }> {
  const [actors, actions] = await Promise.all([
    db.auditEvent.groupBy({ by: ['actorName'], orderBy: { actorName: 'asc' } }),
    db.auditEvent.groupBy({ by: ['action'], orderBy: { action: 'asc' } }),
  ]);
  return { actors: actors.map((row) => row.actorName), actions: actions.map((row) => row.action) };
}
