import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { imageRemoveCopies } from '@/server/jobs/kinds/image-remove-copies';
import { startJob } from '@/server/jobs/start-job';
import { cancelJob } from '@/server/operations/jobs/cancel-job';
import { findUsers, holdFailedMachines, nameSome } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { removeImageFiles } from './image-file';
import { imageNotFound } from './image-rows';
import { findActiveFetch } from './list-images';

export interface RemovedImage {
  /** The job that removes its copies on hypervisor hosts; null where there are none. */
  readonly jobId: string | null;
}

const stopFetch = async (ctx: TeamContext, id: string): Promise<void> => {
  const job = await findActiveFetch(ctx, id);
  if (job === null) return;
  try {
    await cancelJob(ctx, { job });
  } catch (error) {
    // Allowed: it has ended, or somebody cancels it, at this very moment.
    if (!(error instanceof AppError) || error.code !== 'job.wrong-state') throw error;
  }
};

/**
 * Takes an image out of the library: its row and its bytes now, its copies on hypervisor hosts by a job. What still fetches it is
 * cancelled. Throws image.not-found, image.in-use while a machine is made from it.
 */
export async function removeImage(ctx: TeamContext, { id }: { id: string }): Promise<RemovedImage> {
  const { runtime, actor, db } = ctx;
  const { teamId } = actor;
  await stopFetch(ctx, id);
  const jobId = await db.$transaction(async (tx) => {
    // Held against a machine that is being created from it (hold-things.ts takes the same row).
    await tx.$queryRaw`select 1 from "Image" where "id" = ${id} and "teamId" = ${teamId} for update`;
    await holdFailedMachines(tx, teamId);
    const image = await tx.image.findFirst({
      where: { id },
      select: { name: true, url: true, sha256: true, copies: { select: { hypervisorHostId: true, path: true } } },
    });
    if (!image) throw imageNotFound();
    const users = (await findUsers(tx, teamId, 'image')).get(id) ?? [];
    if (users.length > 0) {
      throw new AppError({
        code: 'image.in-use',
        public: `${nameSome(users)} ${users.length === 1 ? 'was' : 'were'} made from ${image.name} and may read from it. Remove them first.`,
      });
    }
    await tx.image.deleteMany({ where: { id } });
    const { name, url, sha256, copies } = image;
    await recordAudit(tx, actor, {
      action: 'image.removed',
      target: { type: 'image', id, name },
      before: { url, sha256, copies: copies.length },
    });
    if (copies.length === 0) return null;
    const payload = { copies: copies.map((copy) => ({ ...copy })) };
    const job = await startJob(runtime, tx, {
      kind: imageRemoveCopies,
      actor,
      machineId: null,
      subject: name,
      payload,
    });
    return job.id;
  });
  await removeImageFiles(runtime.env, id);
  await runtime.bus.publish(`team:${teamId}`);
  return { jobId };
}
