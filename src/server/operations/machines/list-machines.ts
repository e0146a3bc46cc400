import 'server-only';
import { healthLinks, type LinkHealth, type MachineProblem, type MachineState } from '@/lib/machine';
import { type MachineFilter, type MachineOrder, parseMachineFilter } from '@/lib/machine-filter';
import { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { machineConditions } from './machine-conditions';
import { formatCursor, parseCursor } from './machine-cursor';
import { healthOf, problemOf } from './machine-summary';

/** A machine as the list shows it: nothing more, because there are many of them. Times in milliseconds since 1970. */
export interface MachineRow {
  readonly name: string;
  readonly state: MachineState;
  readonly problem: MachineProblem | null;
  readonly driver: string;
  readonly address: string | null;
  readonly engineVersion: string | null;
  readonly enforcement: 'gate' | 'engine';
  readonly pendingSinceMs: number | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: string | null;
  /** The state of each link, in the order of `healthLinks`; null before the first look. */
  readonly links: readonly LinkHealth['state'][] | null;
  /** Why the first broken link is broken. */
  readonly reason: string | null;
  readonly changedAtMs: number;
}

export interface MachineQuery extends MachineOrder {
  readonly filter: string;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface MachinePage {
  readonly machines: readonly MachineRow[];
  /** Null at the end. */
  readonly nextCursor: string | null;
  /** How many machines the team has, and how many of them fit the filter. */
  readonly total: number;
  readonly matching: number;
}

interface SortKey {
  readonly sql: Prisma.Sql;
  readonly type: Prisma.Sql;
}

// Of the collation that compares bytes: the same order in every database, and the fastest.
const textKey = (sql: Prisma.Sql): SortKey => ({
  sql: Prisma.sql`${sql} collate "C"`,
  type: Prisma.sql`text collate "C"`,
});

/** What each order compares; equal ones stand by id. */
const sortKeys: Readonly<Record<MachineOrder['sort'], SortKey>> = {
  name: textKey(Prisma.sql`m."name"`),
  // What needs somebody comes first.
  state: {
    sql: Prisma.sql`array_position(array['failed', 'unreachable', 'degraded', 'creating', 'removing', 'stopped', 'saved', 'paused', 'running'], m."state"::text)`,
    type: Prisma.sql`int`,
  },
  driver: textKey(Prisma.sql`m."driver"`),
  address: textKey(Prisma.sql`coalesce(m."address", '')`),
  engine: textKey(Prisma.sql`coalesce(m."facts" ->> 'engineVersion', '')`),
  changed: { sql: Prisma.sql`m."changedAt"`, type: Prisma.sql`timestamp` },
};

const direction = {
  asc: { by: Prisma.raw('asc'), behind: Prisma.raw('>') },
  desc: { by: Prisma.raw('desc'), behind: Prisma.raw('<') },
};

/** What an order compares, as SQL over the rows of "Machine" m. */
export function machineOrderSql({ sort, order }: MachineOrder): Prisma.Sql {
  const { by } = direction[order];
  return Prisma.sql`${sortKeys[sort].sql} ${by}, m."id" ${by}`;
}

const machineRowSelect = {
  id: true,
  name: true,
  state: true,
  problem: true,
  driver: true,
  address: true,
  facts: true,
  enforcement: true,
  pendingSince: true,
  labels: true,
  ownerId: true,
  health: true,
  changedAt: true,
} satisfies Prisma.MachineSelect;

type Stored = Prisma.MachineGetPayload<{ select: typeof machineRowSelect }>;

const versionOf = (facts: Stored['facts']): string | null => {
  const version = (facts as { engineVersion?: unknown } | null)?.engineVersion;
  return typeof version === 'string' && version !== '' ? version : null;
};

const toRow = (stored: Stored, owners: ReadonlyMap<string, string>): MachineRow => {
  const health = healthOf(stored.health);
  return {
    name: stored.name,
    state: stored.state,
    problem: problemOf(stored.problem),
    driver: stored.driver,
    address: stored.address,
    engineVersion: versionOf(stored.facts),
    enforcement: stored.enforcement,
    pendingSinceMs: stored.pendingSince?.getTime() ?? null,
    labels: stored.labels as Record<string, string>,
    owner: stored.ownerId === null ? null : (owners.get(stored.ownerId) ?? null),
    links: health && healthLinks.map((link) => health[link].state),
    reason: health ? (healthLinks.map((link) => health[link].reason).find((reason) => reason !== null) ?? null) : null,
    changedAtMs: stored.changedAt.getTime(),
  };
};

const ownersOf = async (ctx: TeamContext, rows: readonly Stored[]): Promise<ReadonlyMap<string, string>> => {
  const ids = [...new Set(rows.flatMap(({ ownerId }) => ownerId ?? []))];
  const users = await ctx.db.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return new Map(users.map(({ id, name }) => [id, name]));
};

/** The rows of these machines by what finds them, in no order. */
export async function loadMachineRows(
  ctx: TeamContext,
  where: Prisma.MachineWhereInput,
): Promise<ReadonlyMap<string, MachineRow>> {
  const stored = await ctx.db.machine.findMany({ where, select: machineRowSelect });
  const owners = await ownersOf(ctx, stored);
  return new Map(stored.map((row) => [row.id, toRow(row, owners)]));
}

const findPage = ({ db, actor }: TeamContext, filter: MachineFilter, query: MachineQuery) => {
  const { sql, type } = sortKeys[query.sort];
  const { behind } = direction[query.order];
  const cursor = query.cursor === undefined ? null : parseCursor(query.cursor, query);
  const rest = cursor
    ? Prisma.sql`and (${sql}, m."id") ${behind} (${cursor.key}::${type}, ${cursor.id})`
    : Prisma.empty;
  return db.$queryRaw<{ id: string; key: string }[]>`
    select m."id" as id, (${sql})::text as key from "Machine" m
    where ${machineConditions(actor.teamId, filter)} ${rest}
    order by ${machineOrderSql(query)} limit ${query.limit + 1}`;
};

const count = async ({ db, actor }: TeamContext, filter: MachineFilter) => {
  const [counted] = await db.$queryRaw<{ total: number; matching: number }[]>`
    select count(*)::int as total, (count(*) filter (where ${machineConditions(actor.teamId, filter)}))::int as matching
    from "Machine" m where m."teamId" = ${actor.teamId}`;
  return counted ?? { total: 0, matching: 0 };
};

/**
 * One page of the team's machines: filtered, ordered and paged by key, so that a page begins where the one before it ended,
 * whatever has changed since. Throws input.invalid for a cursor that is none.
 */
export async function listMachines(ctx: TeamContext, query: MachineQuery): Promise<MachinePage> {
  const filter = parseMachineFilter(query.filter);
  const [found, counted] = await Promise.all([findPage(ctx, filter, query), count(ctx, filter)]);
  const page = found.slice(0, query.limit);
  const rows = await loadMachineRows(ctx, { id: { in: page.map(({ id }) => id) } });
  const last = found.length > query.limit ? page.at(-1) : undefined;
  return {
    machines: page.flatMap(({ id }) => rows.get(id) ?? []),
    nextCursor: last ? formatCursor({ sort: query.sort, order: query.order, ...last }) : null,
    ...counted,
  };
}
