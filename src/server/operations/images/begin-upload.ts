import 'server-only';
import { mkdir } from 'node:fs/promises';

import { assertRoom } from '@/server/images/disk-room';
import type { TeamContext } from '@/server/operations/team-context';

import { imageFolder } from './image-file';
import { insertImage, type NewImage } from './insert-image';

export interface BeginUploadInput extends NewImage {
  readonly sizeBytes: number;
}

/** Adds an image whose bytes a browser will send. Throws image.name-taken, provision.disk-full. */
export async function beginUpload(ctx: TeamContext, input: BeginUploadInput): Promise<{ id: string }> {
  const { sizeBytes } = input;
  const folder = imageFolder(ctx.runtime.env);
  await mkdir(folder, { recursive: true });
  await assertRoom(folder, sizeBytes);
  const image = { ...input, from: { sizeBytes: BigInt(sizeBytes) }, audit: { sizeBytes } };
  return insertImage(ctx, image, (_tx, id) => Promise.resolve({ id }));
}
