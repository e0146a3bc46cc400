import { statfs } from 'node:fs/promises';

import { formatBytes } from '@/lib/format/bytes';
import { AppError } from '@/server/errors/app-error';

/** What stays free for the database and the logs. */
export const reservedBytes = 512 * 1024 * 1024;

/** Throws provision.disk-full, with the numbers, where so much does not fit into a folder of the console's machine. */
export async function assertRoom(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free - reservedBytes >= neededBytes) return;
  throw new AppError({
    code: 'provision.disk-full',
    public: `The console's data folder has ${formatBytes(free)} free; ${formatBytes(neededBytes)} are to come, and ${formatBytes(reservedBytes)} have to stay free. Make room, or remove images.`,
  });
}
