import 'server-only';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Env } from '@/env';

type Folder = Pick<Env, 'dataDir'>;

/** The folder that images are kept in. Absolute. */
export const imageFolder = ({ dataDir }: Folder): string => join(dataDir, 'images');

/** Where the bytes of an image are kept. Absolute. */
export const imageFile = (env: Folder, imageId: string): string => join(imageFolder(env), imageId);

/** Where they arrive: it becomes the image's file once they have been checked. */
export const partFile = (env: Folder, imageId: string): string => `${imageFile(env, imageId)}.part`;

/** In bytes; null where there is no such file. */
export async function sizeOfFile(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Removes what this machine's data folder has of an image. */
export async function removeImageFiles(env: Folder, imageId: string): Promise<void> {
  await Promise.all([imageFile(env, imageId), partFile(env, imageId)].map((path) => rm(path, { force: true })));
}
