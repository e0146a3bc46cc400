import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { imagePlace } from '@/server/jobs/kinds/image-place';
import { startJob } from '@/server/jobs/start-job';
import { hypervisorNotFound } from '@/server/operations/hypervisors/hypervisor-access';
import type { TeamContext } from '@/server/operations/team-context';

import { imageNotFound } from './image-rows';

/**
 * Starts the job that puts an image on a hypervisor host ahead of the first machine. Throws image.not-found, image.not-ready,
 * hypervisor.not-found.
 */
export async function startPlacing(
  ctx: TeamContext,
  { id, hypervisorHostId }: { id: string; hypervisorHostId: string },
): Promise<{ jobId: string }> {
  const { runtime, actor, db } = ctx;
  const job = await db.$transaction(async (tx) => {
    const image = await tx.image.findFirst({ where: { id }, select: { name: true, state: true } });
    if (!image) throw imageNotFound();
    const host = await tx.hypervisorHost.findFirst({ where: { id: hypervisorHostId }, select: { name: true } });
    if (!host) throw hypervisorNotFound();
    if (image.state !== 'ready') {
      throw new AppError({ code: 'image.not-ready', public: `The image ${image.name} is not complete yet.` });
    }
    await recordAudit(tx, actor, {
      action: 'image.place-started',
      target: { type: 'image', id, name: image.name },
      after: { hypervisorHost: host.name },
    });
    const payload = { imageId: id, hypervisorHostId };
    return startJob(runtime, tx, { kind: imagePlace, actor, machineId: null, subject: image.name, payload });
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
  return { jobId: job.id };
}
