import 'server-only';
import type { ImageKind } from '@/lib/image';
import { recordAudit } from '@/server/audit/record-audit';
import { imageFetch } from '@/server/jobs/kinds/image-fetch';
import { startJob } from '@/server/jobs/start-job';
import type { TeamContext } from '@/server/operations/team-context';

import { imageNameTaken, isNameTaken } from './image-rows';

export interface AddImageInput extends ImageKind {
  readonly name: string;
  readonly url: string;
  /** What it has to be. */
  readonly sha256?: string | undefined;
  /** Where its publisher says what it has to be; not asked where `sha256` is given. */
  readonly checksumUrl?: string | undefined;
}

/** Adds an image to the team's library and starts the job that fetches it. Throws image.name-taken. */
export async function addImage(ctx: TeamContext, input: AddImageInput): Promise<{ id: string; jobId: string }> {
  const { runtime, actor, db } = ctx;
  const { name, system, format, architecture, url, sha256, checksumUrl } = input;
  const now = runtime.clock.now();
  try {
    const added = await db.$transaction(async (tx) => {
      const { id } = await tx.image.create({
        data: {
          teamId: actor.teamId,
          name,
          system,
          format,
          architecture,
          url,
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
        after: { system, format, architecture, url, ...(sha256 && { sha256 }), ...(checksumUrl && { checksumUrl }) },
      });
      const asked = sha256 === undefined && checksumUrl !== undefined && { checksumUrl };
      const payload = { imageId: id, ...asked };
      const job = await startJob(runtime, tx, { kind: imageFetch, actor, machineId: null, subject: name, payload });
      return { id, jobId: job.id };
    });
    await runtime.bus.publish(`team:${actor.teamId}`);
    return added;
  } catch (error) {
    throw isNameTaken(error) ? imageNameTaken(name, error) : error;
  }
}
