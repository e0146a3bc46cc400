import 'server-only';
import type { Session } from './session';

/** What no copy has: how far the schema is, which the other side knows of itself, and what dies with its process. */
const leftOutAlways: readonly string[] = ['_prisma_migrations', 'Replica', 'SystemSample'];

/** Who is signed in where, and who tried too often. */
export const signedIn: readonly string[] = ['Session', 'RateLimiterFlexible'];

export interface Table {
  readonly name: string;
  /** `order by` list of its primary key, the same on every database whatever its collation. */
  readonly order: string;
  /** Rows are large: they hold bytes. */
  readonly hasBytes: boolean;
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

const tablesSql = `
  select c.relname as name,
    (select string_agg(quote_ident(a.attname) || case when a.attcollation <> 0 then ' collate "C"' else '' end, ', ' order by k.place)
      from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality as k(number, place)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
      where i.indrelid = c.oid and i.indisprimary) as "order",
    exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and a.atttypid = 'bytea'::regtype) as "hasBytes"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind = 'r'
  order by c.relname collate "C"`;

/** Every table of the console that is copied, by name. */
export async function listTables(session: Session, leftOut: readonly string[]): Promise<Table[]> {
  const rows = await session.query<Table>(tablesSql);
  return rows.filter(({ name }) => !leftOutAlways.includes(name) && !leftOut.includes(name));
}

/** The migrations that the database has, in order. */
export async function listMigrations(session: Session): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    'select migration_name as name from "_prisma_migrations" where finished_at is not null order by 1',
  );
  return rows.map(({ name }) => name);
}

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/**
 * Runs `work` without the foreign keys, which are made again after it and then hold for every row: tables may be filled in
 * any order. Part of the session's transaction.
 */
export async function withoutForeignKeys(session: Session, work: () => Promise<void>): Promise<void> {
  const keys = await session.query<ForeignKey>(`
    select c.relname as "table", k.conname as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and n.nspname = 'public'`);
  for (const { table, name } of keys) {
    await session.query(`alter table ${quoted(table)} drop constraint ${quoted(name)}`);
  }
  await work();
  for (const { table, name, definition } of keys) {
    await session.query(`alter table ${quoted(table)} add constraint ${quoted(name)} ${definition}`);
  }
}
