import 'server-only';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

import { pack, type Pack } from 'tar-stream';

import { version } from '@/lib/version';
import type { Database } from '@/server/db/database';

import { encryptStream } from './age-file';
import type { Manifest } from './manifest';
import { type Spool, spoolDatabase, type SpooledTable } from './spool';
import { signedIn } from './tables';

export interface BackupInput {
  readonly database: Database;
  readonly masterKey: Buffer;
  readonly passphrase: string;
  readonly madeAt: Date;
  /** How hard the passphrase is to guess; tests take a small one. See encryptStream. */
  readonly workFactor?: number;
}

export interface Backup {
  readonly tables: number;
  readonly rows: number;
  /** age (passphrase) over tar; ends with an error where it could not be made to its end. */
  readonly body: ReadableStream<Uint8Array>;
}

const manifestOf = ({ migrations, tables }: Spool, madeAt: Date): Manifest => ({
  format: 1,
  product: 'quaymaster',
  version,
  madeAt: madeAt.toISOString(),
  migrations: [...migrations],
  tables: tables.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
});

const addFile = async (archive: Pack, table: SpooledTable): Promise<void> => {
  const entry = archive.entry({ name: `tables/${table.name}.ndjson.gz`, size: table.bytes });
  for await (const chunk of createReadStream(table.path)) {
    if (!entry.write(chunk)) await new Promise<void>((resolve) => entry.once('drain', () => resolve()));
  }
  entry.end(null);
};

const addAll = async (archive: Pack, spool: Spool, input: BackupInput): Promise<void> => {
  try {
    archive.entry({ name: 'manifest.json' }, JSON.stringify(manifestOf(spool, input.madeAt), null, 2));
    archive.entry({ name: 'master.key', mode: 0o600 }, `${input.masterKey.toString('base64')}\n`);
    for (const table of spool.tables) await addFile(archive, table);
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
  } finally {
    await spool.remove();
  }
};

/**
 * An encrypted archive of everything: the database as it is at one moment, and the master key. The database is read before
 * this resolves; the archive is made while it is sent, in bounded memory.
 */
export async function makeBackup(input: BackupInput): Promise<Backup> {
  const spool = await spoolDatabase(input.database, signedIn);
  const archive = pack();
  try {
    const body = await encryptStream(Readable.from(archive), input);
    void addAll(archive, spool, input);
    const rows = spool.tables.reduce((sum, table) => sum + table.rows, 0);
    return { tables: spool.tables.length, rows, body };
  } catch (error) {
    await spool.remove();
    throw error;
  }
}
