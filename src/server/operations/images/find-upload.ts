import 'server-only';
import { AppError, invariant } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';

import { partFile, sizeOfFile } from './image-file';
import { imageNotFound } from './image-rows';

export interface UploadProgress {
  /** Where the next piece has to begin. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly isReady: boolean;
}

/** An image that is uploaded, and how far it has come: its file says, whatever was stored. Throws image.not-found, input.invalid. */
export async function findUpload({ runtime, db }: TeamContext, { id }: { id: string }) {
  const image = await db.image.findFirst({ where: { id } });
  if (!image) throw imageNotFound();
  if (image.url !== null) {
    throw new AppError({ code: 'input.invalid', public: `${image.name} is fetched from its address, not uploaded.` });
  }
  invariant(image.sizeBytes !== null, `the upload ${id} has no size`);
  const sizeBytes = Number(image.sizeBytes);
  const isReady = image.state === 'ready';
  const offset = isReady ? sizeBytes : ((await sizeOfFile(partFile(runtime.env, id))) ?? 0);
  return { image, progress: { offset, sizeBytes, isReady } satisfies UploadProgress };
}

/** How far an upload has come. Throws what findUpload throws. */
export const describeUpload = async (ctx: TeamContext, input: { id: string }): Promise<UploadProgress> =>
  (await findUpload(ctx, input)).progress;
