import 'server-only';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import type { Database } from '@/server/db/database';

import { type Content, ContentCounter, readRows } from './rows';
import { inSession, type Session } from './session';
import { listMigrations, listTables, type Table } from './tables';

export interface SpooledTable extends Content {
  readonly name: string;
  /** gzip of its lines. */
  readonly path: string;
  readonly bytes: number;
}

/** One moment of the database in files, for as long as it takes to send them. */
export interface Spool {
  readonly migrations: readonly string[];
  readonly tables: readonly SpooledTable[];
  remove(): Promise<void>;
}

const spoolTable = async (session: Session, table: Table, folder: string): Promise<SpooledTable> => {
  const counter = new ContentCounter();
  const path = join(folder, `${table.name}.ndjson.gz`);
  async function* lines() {
    for await (const batch of readRows(session, table)) {
      for (const line of batch) counter.add(line);
      yield `${batch.join('\n')}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(path, { mode: 0o600 }));
  const { size } = await stat(path);
  return { name: table.name, path, bytes: size, ...counter.content() };
};

/**
 * Copies the database, as it is at one moment, into files of a folder that only this user can read. Secrets in it stay sealed
 * under the master key, which is not in it. The embedded database serves nobody else meanwhile: hence files, not the wire.
 */
export async function spoolDatabase(database: Database, leftOut: readonly string[]): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'quaymaster-backup-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    return await inSession(database, 'read', async (session) => {
      const tables: SpooledTable[] = [];
      for (const table of await listTables(session, leftOut)) tables.push(await spoolTable(session, table, folder));
      return { migrations: await listMigrations(session), tables, remove };
    });
  } catch (error) {
    await remove();
    throw error;
  }
}
