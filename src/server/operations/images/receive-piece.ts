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
import { type Arrival, noteArrival } from './note-arrival';

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

interface Writing {
  readonly file: FileHandle;
  /** How many bytes may come. */
  readonly limit: number;
  readonly arrival: Arrival;
}

const write = async ({ file, limit, arrival }: Writing, { offset, body, signal }: Piece): Promise<number> => {
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
      await arrival.passes(position);
    }
  } finally {
    // What broke off in the middle stays: the next piece begins behind it.
    await reader.cancel().catch(() => undefined);
  }
};

const store = async (
  { runtime }: TeamContext,
  piece: Piece,
  { progress, arrival }: Upload & { readonly arrival: Arrival },
): Promise<number> => {
  await mkdir(imageFolder(runtime.env), { recursive: true });
  const file = await open(partFile(runtime.env, piece.id), progress.offset === 0 ? 'w' : 'r+');
  try {
    const limit = Math.min(pieceBytes, progress.sizeBytes - progress.offset);
    return await write({ file, limit, arrival }, piece);
  } catch (error) {
    await arrival.breaksOff();
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

const conclude = async (
  ctx: TeamContext,
  { image, arrival }: Upload & { readonly arrival: Arrival },
  signal: AbortSignal,
): Promise<void> => {
  const { runtime, actor, db } = ctx;
  const { id, name, format } = image;
  const expected =
    image.checksumGiven && image.sha256 !== null ? ({ algorithm: 'sha256', value: image.sha256 } as const) : null;
  const [part, path] = [partFile(runtime.env, id), imageFile(runtime.env, id)];
  const onRead = () => arrival.passes(Number(image.sizeBytes));
  try {
    const sha256 = await concludeImage({ part, path, name, format, expected, onRead }, signal);
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
    if (signal.aborted && !(thrown instanceof AppError)) await arrival.breaksOff();
    // Whatever was wrong with it is deleted, so that it begins anew.
    else await arrival.fails(toAppError(thrown).public);
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
    const arrival = noteArrival(ctx, upload);
    const reached = await store(ctx, piece, { ...upload, arrival });
    await arrival.reaches(reached);
    if (reached < sizeBytes) return { offset: reached, sizeBytes, isReady: false };
    await conclude(ctx, { ...upload, arrival }, piece.signal);
    return { offset: sizeBytes, sizeBytes, isReady: true };
  } finally {
    writing.delete(id);
  }
}
