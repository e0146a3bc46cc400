import 'server-only';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';

import { readPlaces, SettingsError } from '@/env';
import { holdDataFolder } from '@/server/db/data-folder';
import { type Database, openDatabase } from '@/server/db/database';
import { placeMasterKeyFile } from '@/server/secrets/master-key';

import { moveDatabase, type MovedTable } from './move-database';
import { restoreBackup } from './restore-backup';

/** What scripts/command.mjs asks of the built console instead of serving. */
export type Command =
  | { readonly name: 'restore'; readonly file: string; readonly passphrase: string }
  | { readonly name: 'move'; readonly url: string };

// The script and the server share a process and nothing else.
const holder = globalThis as { quaymasterCommand?: Command };

/** The command that this process was started for; undefined where it is to serve. */
export const askedCommand = (): Command | undefined => holder.quaymasterCommand;

const say = (line: string) => process.stdout.write(`${line}\n`);

const withDatabase = async <T>(
  places: { readonly url?: string | undefined; readonly dataDir: string },
  work: (database: Database) => Promise<T>,
): Promise<T> => {
  const folder = places.url ? undefined : await holdDataFolder(places.dataDir);
  try {
    const database = await openDatabase({ url: places.url, dataDir: folder?.path });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } finally {
    await folder?.release();
  }
};

const restore = async ({ file, passphrase }: Extract<Command, { name: 'restore' }>): Promise<void> => {
  if (!existsSync(file)) throw new SettingsError(`There is no file ${file}.`);
  const { dataDir, databaseUrl, masterKey } = readPlaces();
  let keyFile: string | undefined;
  const keepMasterKey = (key: Buffer): Promise<void> => {
    if (masterKey && !masterKey.equals(key)) {
      throw new SettingsError(
        'QUAYMASTER_MASTER_KEY is another key than the one in the backup. Nothing was changed: leave it out, and the key of the backup is written into a file.',
      );
    }
    if (!masterKey) keyFile = placeMasterKeyFile(dataDir, key);
    return Promise.resolve();
  };
  const { manifest } = await withDatabase({ url: databaseUrl, dataDir }, (database) =>
    restoreBackup({ database, source: createReadStream(file), passphrase, keepMasterKey }),
  );
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`\nRestored ${rows} rows in ${manifest.tables.length} tables, as they were at ${manifest.madeAt}.`);
  if (keyFile && databaseUrl) {
    say(`The master key is in ${keyFile}: set QUAYMASTER_MASTER_KEY to its content, then remove the file.`);
  } else if (keyFile) say(`The master key is in ${keyFile}.`);
  say('Whoever was taken off a machine after that moment is let in again: look at it, and take them off once more.');
  say('Start the console with: npm start. Never run it beside the one that the backup was made of.');
};

const printTable = (tables: readonly MovedTable[]): void => {
  const width = Math.max(...tables.map(({ name }) => name.length));
  for (const { name, rows, sha256 } of tables) {
    say(`${name.padEnd(width)}  ${String(rows).padStart(9)}  ${sha256.slice(0, 16)}  equal`);
  }
};

const move = async ({ url }: Extract<Command, { name: 'move' }>): Promise<void> => {
  const { dataDir, databaseUrl } = readPlaces();
  if (databaseUrl) throw new SettingsError('DATABASE_URL is set: this installation is on PostgreSQL already.');
  if (!existsSync(join(dataDir, 'database'))) {
    throw new SettingsError(`There is no embedded database in ${dataDir}. Set QUAYMASTER_DATA_DIR to its folder.`);
  }
  const tables = await withDatabase({ dataDir }, (source) =>
    withDatabase({ url, dataDir }, (target) => moveDatabase(source, target)),
  );
  printTable(tables);
  say('\nEvery table has the same rows on both sides. The embedded database is as it was. Next:');
  say('  1. Set DATABASE_URL to the address that you gave.');
  say(`  2. Set QUAYMASTER_MASTER_KEY to the content of ${join(dataDir, 'master.key')}, unless it is set already.`);
  say('  3. Start the console, look at it, then remove the data folder.');
};

/** Does what the command asks and ends the process: 0 when it is done, 1 with one sentence where it cannot be. */
export async function runCommand(command: Command): Promise<never> {
  try {
    await (command.name === 'restore' ? restore(command) : move(command));
    process.exit(0);
  } catch (error) {
    process.stderr.write(`\n${error instanceof SettingsError ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
