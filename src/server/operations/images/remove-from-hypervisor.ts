import 'server-only';
import { AppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';
import { sh } from '@/server/ssh/shell';

export interface CopyToRemove {
  readonly teamId: string;
  readonly hypervisorHostId: string;
  /** Absolute path on the hypervisor host. */
  readonly path: string;
  readonly signal: AbortSignal;
}

const reachSelect = { name: true, kind: true, address: true, sshPort: true, sshUser: true } as const;

/** Another image with the same bytes, on what may be the same host under another name. */
const findSharer = async (runtime: Runtime, { teamId, hypervisorHostId, path }: CopyToRemove) => {
  const { prisma } = runtime.database;
  const host = await prisma.hypervisorHost.findFirst({ where: { id: hypervisorHostId, teamId }, select: reachSelect });
  if (!host) return { host, sharer: null };
  const { kind, address, sshPort, sshUser } = host;
  const sharer = await prisma.imageCopy.findFirst({
    where: { teamId, path, hypervisorHost: { kind, address, sshPort, sshUser } },
    select: { image: { select: { name: true } } },
  });
  return { host, sharer };
};

/**
 * Removes the file of an image from a hypervisor host, unless another image of the team has the same bytes there. Idempotent. Out: what
 * was done, as a sentence. Throws what opening the host and running there throw.
 */
export async function removeFromHypervisor(runtime: Runtime, copy: CopyToRemove): Promise<string> {
  const { teamId, hypervisorHostId, path, signal } = copy;
  const { host, sharer } = await findSharer(runtime, copy);
  if (!host) return 'The hypervisor host is not registered any more; its copy stays there.';
  if (sharer) return `${sharer.image.name} has the same bytes on ${host.name}; the file stays.`;
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
