import 'server-only';
import { SettingsError } from '@/env';
import { version } from '@/lib/version';
import type { Database } from '@/server/db/database';

import { assertEmpty, assertSameSchema, clear } from './empty-target';
import { askForRequeue } from './requeue';
import { type Content, ContentCounter, contentOf, readRows, RowWriter } from './rows';
import { inSession, type Session } from './session';
import { listMigrations, listTables, type Table, withoutForeignKeys } from './tables';

export interface MovedTable extends Content {
  readonly name: string;
}

const copyTable = async (from: Session, to: Session, table: Table): Promise<MovedTable> => {
  const counter = new ContentCounter();
  const writer = new RowWriter(to, table.name);
  for await (const lines of readRows(from, table)) {
    for (const line of lines) {
      counter.add(line);
      await writer.add(line);
    }
  }
  await writer.flush();
  return { name: table.name, ...counter.content() };
};

const verify = async (session: Session, table: Table, expected: MovedTable): Promise<void> => {
  const content = await contentOf(session, table);
  if (content.rows === expected.rows && content.sha256 === expected.sha256) return;
  throw new SettingsError(
    `${table.name} did not arrive as it was: ${content.rows} rows instead of ${expected.rows}, or others. Nothing was kept; the former database is as it was.`,
  );
};

/**
 * Copies an installation into an empty database, in one transaction: all of it or nothing. Counts and hashes of every table
 * are compared; the source is only read. Throws SettingsError with one sentence.
 */
export function moveDatabase(source: Database, target: Database): Promise<MovedTable[]> {
  return inSession(source, 'read', (from) =>
    inSession(target, 'write', async (to) => {
      await assertEmpty(to);
      await assertSameSchema(to, { migrations: await listMigrations(from), version });
      const tables = await listTables(from, []);
      await clear(to, tables);
      const moved: MovedTable[] = [];
      await withoutForeignKeys(to, async () => {
        for (const table of tables) {
          const copied = await copyTable(from, to, table);
          await verify(to, table, copied);
          moved.push(copied);
        }
      });
      await askForRequeue(to);
      return moved;
    }),
  );
}
