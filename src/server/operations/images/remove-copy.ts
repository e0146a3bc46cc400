import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { imageRemoveCopies } from '@/server/jobs/kinds/image-remove-copies';
import { startJob } from '@/server/jobs/start-job';
import { findSameHost } from '@/server/operations/hypervisors/same-host';
import { findUsers, holdFailedMachines, nameSome } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { imageNotFound } from './image-rows';

/** The machines on the host of a copy, also those of its other registrations that have the same file. */
const machinesBeside = async (
  tx: Transaction,
  {
    teamId,
    imageId,
    hypervisorHostId,
    path,
  }: { teamId: string; imageId: string; hypervisorHostId: string; path: string },
): Promise<ReadonlySet<string>> => {
  const registrations = await findSameHost(tx, { teamId, id: hypervisorHostId });
  const copies = await tx.imageCopy.findMany({
    where: { teamId, imageId, path, hypervisorHostId: { in: [...registrations] } },
    select: { hypervisorHostId: true },
  });
  const machines = await findUsers(tx, teamId, 'hypervisor');
  return new Set(copies.flatMap((copy) => machines.get(copy.hypervisorHostId) ?? []));
};

/**
 * Starts the job that removes an image's copy on one hypervisor host; the next machine there has it sent again. Throws
 * image.not-found, image.in-use while a machine on that host reads from it, whichever registration of the host it was made by.
 */
export async function removeCopy(
  ctx: TeamContext,
  { id, hypervisorHostId }: { id: string; hypervisorHostId: string },
): Promise<{ jobId: string }> {
  const { runtime, actor, db } = ctx;
  const { teamId } = actor;
  const jobId = await db.$transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Image" where "id" = ${id} and "teamId" = ${teamId} for update`;
    await holdFailedMachines(tx, teamId);
    const copy = await tx.imageCopy.findFirst({
      where: { imageId: id, hypervisorHostId },
      select: { id: true, path: true, image: { select: { name: true } }, hypervisorHost: { select: { name: true } } },
    });
    if (!copy) throw imageNotFound();
    const onHost = await machinesBeside(tx, { teamId, imageId: id, hypervisorHostId, path: copy.path });
    const users = ((await findUsers(tx, teamId, 'image')).get(id) ?? []).filter((name) => onHost.has(name));
    if (users.length > 0) {
      throw new AppError({
        code: 'image.in-use',
        public: `${nameSome(users)} on ${copy.hypervisorHost.name} may read from it. Remove them first.`,
      });
    }
    await tx.imageCopy.deleteMany({ where: { id: copy.id } });
    await recordAudit(tx, actor, {
      action: 'image.copy-removed',
      target: { type: 'image', id, name: copy.image.name },
      before: { hypervisorHost: copy.hypervisorHost.name, path: copy.path },
    });
    const payload = { copies: [{ hypervisorHostId, path: copy.path }] };
    const subject = copy.image.name;
    const job = await startJob(runtime, tx, { kind: imageRemoveCopies, actor, machineId: null, subject, payload });
    return job.id;
  });
  await runtime.bus.publish(`team:${teamId}`);
  return { jobId };
}
