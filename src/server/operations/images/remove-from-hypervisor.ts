import 'server-only';
import { AppError } from '@/server/errors/app-error';
import { findSameHost } from '@/server/operations/hypervisors/same-host';
import type { Runtime } from '@/server/runtime';
import { sh } from '@/server/ssh/shell';

export interface CopyToRemove {
  readonly teamId: string;
  readonly hypervisorHostId: string;
  /** Absolute path on the hypervisor host. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** Another image with the same bytes, or the same one, on the same host under whatever name that is registered. */
const findSharer = async (runtime: Runtime, { teamId, hypervisorHostId, path }: CopyToRemove) => {
  const { prisma } = runtime.database;
  const where = { id: hypervisorHostId, teamId };
  const host = await prisma.hypervisorHost.findFirst({ where, select: { name: true } });
  if (!host) return { host, sharer: null };
  const registrations = await findSameHost(prisma, where);
  const sharer = await prisma.imageCopy.findFirst({
    where: { teamId, path, hypervisorHostId: { in: [...registrations] } },
    select: { image: { select: { name: true } }, hypervisorHost: { select: { name: true } } },
  });
  return { host, sharer };
};

/**
 * Removes the file of an image from a hypervisor host, unless another image of the team has the same bytes there, or another
 * registration of the host the same file. Idempotent. Out: what
 * was done, as a sentence. Throws what opening the host and running there throw.
 */
export async function removeFromHypervisor(runtime: Runtime, copy: CopyToRemove): Promise<string> {
  const { teamId, hypervisorHostId, path, signal } = copy;
  const { host, sharer } = await findSharer(runtime, copy);
  if (!host) return 'The hypervisor host is not registered any more; its copy stays there.';
  if (sharer) return `${sharer.image.name} has the same bytes on ${sharer.hypervisorHost.name}; the file stays.`;
  try {
    const hypervisor = await runtime.hypervisors.open({ teamId, id: hypervisorHostId }, signal);
    await hypervisor.run(
      { name: `remove ${path}`, script: sh`rm -f -- ${path} ${`${path}.part`} ${`${path}.part`}.*` },
      signal,
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError({ code: error.code, public: `${host.name}: ${error.public}`, cause: error });
  }
  return `Removed ${path} on ${host.name}.`;
}
