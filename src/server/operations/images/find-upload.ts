import 'server-only';
import { open } from 'node:fs/promises';

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

/** Enough to tell one disk from another, where they do not have the same nothing there. */
const tailBytes = 16 * 1024;

const readTail = async (path: string, offset: number): Promise<string> => {
  if (offset === 0) return '';
  const file = await open(path);
  try {
    const length = Math.min(tailBytes, offset);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset - length);
    return buffer.toString('base64', 0, bytesRead);
  } finally {
    await file.close();
  }
};

/**
 * How far an upload has come, and the last 16 KiB of it (base64), by which a browser sees that it goes on with the same file.
 * Throws what findUpload throws.
 */
export async function describeUpload(
  ctx: TeamContext,
  input: { id: string },
): Promise<UploadProgress & { readonly tail: string }> {
  const { progress } = await findUpload(ctx, input);
  const path = partFile(ctx.runtime.env, input.id);
  return { ...progress, tail: progress.isReady ? '' : await readTail(path, progress.offset) };
}
