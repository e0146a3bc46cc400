import 'server-only';
import type { ImageKind } from '@/lib/image';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { imageNameTaken, isNameTaken } from './image-rows';

export interface NewImage extends ImageKind {
  readonly name: string;
  /** What it has to be. */
  readonly sha256?: string | undefined;
}

interface Origin {
  /** Where its bytes come from: columns, and what the audit log says beside the rest. */
  readonly from: Pick<Prisma.ImageUncheckedCreateInput, 'url' | 'sizeBytes'>;
  readonly audit: Prisma.InputJsonObject;
}

/** Adds the row of an image, and in one transaction with it what `then` does. Throws image.name-taken. */
export async function insertImage<T>(
  ctx: TeamContext,
  image: NewImage & Origin,
  then: (tx: Transaction, id: string) => Promise<T>,
): Promise<T> {
  const { runtime, actor, db } = ctx;
  const { name, system, format, architecture, sha256, from, audit } = image;
  const now = runtime.clock.now();
  try {
    const outcome = await db.$transaction(async (tx) => {
      const { id } = await tx.image.create({
        data: {
          teamId: actor.teamId,
          name,
          system,
          format,
          architecture,
          ...from,
          ...(sha256 !== undefined && { sha256, checksumGiven: true }),
          createdByName: actor.name,
          createdAt: now,
          changedAt: now,
        },
        select: { id: true },
      });
      await recordAudit(tx, actor, {
        action: 'image.added',
        target: { type: 'image', id, name },
        after: { system, format, architecture, ...audit, ...(sha256 && { sha256 }) },
      });
      return then(tx, id);
    });
    await runtime.bus.publish(`team:${actor.teamId}`);
    return outcome;
  } catch (error) {
    throw isNameTaken(error) ? imageNameTaken(name, error) : error;
  }
}
