import 'server-only';
import { type FileHandle, mkdir, open } from 'node:fs/promises';

import { formatBytes } from '@/lib/format/bytes';
import { pieceBytes } from '@/lib/image';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError, toAppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';

import { concludeImage } from './conclude-image';
import { findUpload, type UploadProgress } from './find-upload';
import { imageFile, imageFolder, partFile } from './image-file';
import { imageNotFound } from './image-rows';

export interface Piece {
  readonly id: string;
  /** Where it begins in the file. */
  readonly offset: number;
  /** At most `pieceBytes`; null for none, at the end. */
  readonly body: ReadableStream<Uint8Array> | null;
  readonly signal: AbortSignal;
}

type Upload = Awaited<ReturnType<typeof findUpload>>;

/** The uploads of which this process writes a piece now. */
const writing = new Set<string>();

const moved = (offset: number) =>
  new AppError({
    code: 'image.upload-moved',
    public: `The upload stands at ${formatBytes(offset)}. Choose the file again to go on from there.`,
    internal: `offset ${offset}`,
  });

const tooLarge = (limit: number) =>
  new AppError({
    code: 'input.too-large',
    public: `The piece is larger than the ${formatBytes(limit)} that may come now.`,
  });

const write = async (file: FileHandle, { offset, body, signal }: Piece, limit: number): Promise<number> => {
  let position = offset;
  if (!body) return position;
  const reader = body.getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return position;
      if (position + value.byteLength > offset + limit) throw tooLarge(limit);
      await file.write(value, 0, value.byteLength, position);
      position += value.byteLength;
    }
  } finally {
    // What broke off in the middle stays: the next piece begins behind it.
    await reader.cancel().catch(() => undefined);
  }
};

const store = async ({ runtime }: TeamContext, piece: Piece, { progress }: Upload): Promise<number> => {
  await mkdir(imageFolder(runtime.env), { recursive: true });
  const file = await open(partFile(runtime.env, piece.id), progress.offset === 0 ? 'w' : 'r+');
  try {
    return await write(file, piece, Math.min(pieceBytes, progress.sizeBytes - progress.offset));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new AppError({
      code: 'provision.disk-full',
      public: "The console's data folder is full. Make room, then choose the file again.",
      cause: error,
    });
  } finally {
    await file.close();
  }
};

const note = async (
  ctx: TeamContext,
  id: string,
  data: Parameters<TeamContext['db']['image']['updateMany']>[0]['data'],
) => {
  const changedAt = ctx.runtime.clock.now();
  const { count } = await ctx.db.image.updateMany({ where: { id }, data: { ...data, changedAt } });
  if (count === 0) throw imageNotFound();
};

const conclude = async (ctx: TeamContext, { image }: Upload, signal: AbortSignal): Promise<void> => {
  const { runtime, actor, db } = ctx;
  const { id, name, format } = image;
  const expected =
    image.checksumGiven && image.sha256 !== null ? ({ algorithm: 'sha256', value: image.sha256 } as const) : null;
  const part = partFile(runtime.env, id);
  try {
    const sha256 = await concludeImage({ part, path: imageFile(runtime.env, id), name, format, expected }, signal);
    await db.$transaction(async (tx) => {
      const { count } = await tx.image.updateMany({
        where: { id },
        data: {
          state: 'ready',
          failure: null,
          sha256,
          receivedBytes: image.sizeBytes ?? 0n,
          changedAt: runtime.clock.now(),
        },
      });
      if (count === 0) throw imageNotFound();
      await recordAudit(tx, actor, {
        action: 'image.received',
        target: { type: 'image', id, name },
        after: { sha256, sizeBytes: Number(image.sizeBytes), checksumGiven: expected !== null },
      });
    });
  } catch (thrown) {
    const error = toAppError(thrown);
    // Whatever was wrong with it is deleted, so that it begins anew.
    await note(ctx, id, { state: 'failed', failure: error.public, receivedBytes: 0n });
    throw thrown;
  } finally {
    await runtime.bus.publish(`team:${actor.teamId}`);
  }
};

/**
 * Takes one piece of an upload, which has to begin where the last one ended; the last one makes the image ready once it has
 * been checked. Throws image.not-found, image.upload-moved, image.wrong-format, image.wrong-checksum, input.too-large,
 * provision.disk-full.
 */
export async function receivePiece(ctx: TeamContext, piece: Piece): Promise<UploadProgress> {
  const { id } = piece;
  if (writing.has(id)) throw moved(piece.offset);
  writing.add(id);
  try {
    const upload = await findUpload(ctx, { id });
    const { offset, sizeBytes, isReady } = upload.progress;
    if (isReady) return upload.progress;
    if (piece.offset !== offset) throw moved(offset);
    const reached = await store(ctx, piece, upload);
    await note(ctx, id, { state: 'fetching', failure: null, receivedBytes: BigInt(reached) });
    if (reached < sizeBytes) return { offset: reached, sizeBytes, isReady: false };
    await conclude(ctx, upload, piece.signal);
    return { offset: sizeBytes, sizeBytes, isReady: true };
  } finally {
    writing.delete(id);
  }
}
