import 'server-only';
import { SettingsError } from '@/env';

import type { Session } from './session';
import { listMigrations, quoted, type Table } from './tables';

const aliveMs = 12_000;

/** Nobody has an account, no team is there, and no console works on it. Throws SettingsError. */
export async function assertEmpty(session: Session): Promise<void> {
  const [row] = await session.query<{ people: boolean; replicas: boolean }>(
    `select exists (select 1 from "User") or exists (select 1 from "Team") as people,
      exists (select 1 from "Replica" where "stoppedAt" is null and "heartbeatAt" > $1::timestamp) as replicas`,
    [new Date(Date.now() - aliveMs).toISOString().replace('Z', '')],
  );
  if (row?.people) {
    throw new SettingsError(
      'This installation has accounts and teams already. Nothing was changed: give an empty one.',
    );
  }
  if (row?.replicas) {
    throw new SettingsError('A console runs on this database. Nothing was changed: stop it first.');
  }
}

/** Both sides have the same schema. Throws SettingsError. */
export async function assertSameSchema(
  session: Session,
  from: { readonly migrations: readonly string[]; readonly version: string },
): Promise<void> {
  const own = await listMigrations(session);
  if (own.join() === from.migrations.join()) return;
  throw new SettingsError(
    `The copy was made by version ${from.version}, whose database has another form. Nothing was changed: use that version here, and upgrade it afterwards.`,
  );
}

/** Removes what a first start leaves behind: a data key, a link. */
export async function clear(session: Session, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) await session.query(`delete from ${quoted(name)}`);
}
