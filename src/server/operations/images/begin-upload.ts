import 'server-only';
import { mkdir } from 'node:fs/promises';

import type { ImageKind } from '@/lib/image';
import { recordAudit } from '@/server/audit/record-audit';
import { assertRoom } from '@/server/images/disk-room';
import type { TeamContext } from '@/server/operations/team-context';

import { imageFolder } from './image-file';
import { imageNameTaken, isNameTaken } from './image-rows';

export interface BeginUploadInput extends ImageKind {
  readonly name: string;
  readonly sizeBytes: number;
  /** What it has to be. */
  readonly sha256?: string | undefined;
}

/** Adds an image whose bytes a browser will send. Throws image.name-taken, provision.disk-full. */
export async function beginUpload(ctx: TeamContext, input: BeginUploadInput): Promise<{ id: string }> {
  const { runtime, actor, db } = ctx;
  const { name, system, format, architecture, sizeBytes, sha256 } = input;
  const folder = imageFolder(runtime.env);
  await mkdir(folder, { recursive: true });
  await assertRoom(folder, sizeBytes);
  const now = runtime.clock.now();
  try {
    const added = await db.$transaction(async (tx) => {
      const image = await tx.image.create({
        data: {
          teamId: actor.teamId,
          name,
          system,
          format,
          architecture,
          sizeBytes: BigInt(sizeBytes),
          ...(sha256 !== undefined && { sha256, checksumGiven: true }),
          createdByName: actor.name,
          createdAt: now,
          changedAt: now,
        },
        select: { id: true },
      });
      await recordAudit(tx, actor, {
        action: 'image.added',
        target: { type: 'image', id: image.id, name },
        after: { system, format, architecture, sizeBytes, ...(sha256 && { sha256 }) },
      });
      return image;
    });
    await runtime.bus.publish(`team:${actor.teamId}`);
    return added;
  } catch (error) {
    throw isNameTaken(error) ? imageNameTaken(name, error) : error;
  }
}
