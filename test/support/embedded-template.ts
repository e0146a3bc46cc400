import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PGlite } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';

import { migrate, readMigrations } from '@/server/db/migrate';

const templatePath = (): string => {
  const hash = createHash('sha256').update(JSON.stringify(readMigrations().migrationDirectories));
  hash.update(readFileSync(join(process.cwd(), 'node_modules', '@electric-sql', 'pglite', 'package.json')));
  return join(tmpdir(), `quaymaster-test-template-${hash.digest('hex').slice(0, 16)}.tar`);
};

const make = async (path: string): Promise<Blob> => {
  const pglite = await PGlite.create();
  await migrate(new PrismaPGlite(pglite));
  const dump = await pglite.dumpDataDir('none');
  await pglite.close();
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, Buffer.from(await dump.arrayBuffer()));
  await rename(unfinished, path);
  return dump;
};

/**
 * An empty, migrated embedded database as an archive: made once for these migrations and kept in the temporary folder,
 * because making a cluster and migrating it takes most of the time of a short test file.
 */
export async function embeddedTemplate(): Promise<Blob> {
  const path = templatePath();
  try {
    return new Blob([await readFile(path)]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return make(path);
  }
}
