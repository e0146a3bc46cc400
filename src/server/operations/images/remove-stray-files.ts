import 'server-only';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Runtime } from '@/server/runtime';

import { imageFolder } from './image-file';

/** A file that is younger may belong to an image whose row is not committed yet. */
const youngMs = 60 * 60_000;

/** Removes the files of images that are in no library any more: removed through another process, or before a restore. */
export async function removeStrayFiles({ env, database, clock }: Runtime): Promise<void> {
  const folder = imageFolder(env);
  // Allowed to fail: it is made with the first image.
  const names = await readdir(folder).catch(() => []);
  const idOf = (name: string) => name.replace(/\.part$/, '');
  const rows = await database.prisma.image.findMany({
    where: { id: { in: names.map(idOf) } },
    select: { id: true },
  });
  const known = new Set(rows.map(({ id }) => id));
  for (const name of names.filter((one) => !known.has(idOf(one)))) {
    const path = join(folder, name);
    // Allowed to fail: another process may have removed it.
    const file = await stat(path).catch(() => undefined);
    if (file && clock.now().getTime() - file.mtimeMs > youngMs) await rm(path, { force: true });
  }
}
