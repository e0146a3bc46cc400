import 'server-only';
import { AppError, invariant } from '@/server/errors/app-error';
import type { HypervisorAccess, HypervisorRef } from '@/server/hypervisors/hypervisors';
import { openSshTarget } from '@/server/operations/ssh-keys/open-ssh-target';
import type { Runtime } from '@/server/runtime';

import { keptHostKeys } from './hypervisor-row';

export const hypervisorNotFound = () =>
  new AppError({
    code: 'hypervisor.not-found',
    public: 'The hypervisor host is not registered any more. Choose another one.',
  });

/** How a hypervisor host of the team is reached, its secrets opened. Never logged. Throws hypervisor.not-found, ssh.key-not-found. */
export async function hypervisorAccess(runtime: Runtime, { teamId, id }: HypervisorRef): Promise<HypervisorAccess> {
  const { prisma } = runtime.database;
  const row = await prisma.hypervisorHost.findFirst({ where: { id, teamId } });
  if (!row) throw hypervisorNotFound();
  if (row.kind === 'local') return { name: row.name, ssh: null };
  invariant(row.address && row.sshUser && row.sshKeyId, `hypervisor host ${id} has no way in`);
  const sudoPassword = row.sudoSecretId
    ? await runtime.secrets.open(prisma, { id: row.sudoSecretId, teamId, purpose: 'sudo-password' })
    : undefined;
  const target = await openSshTarget(runtime, teamId, {
    host: row.address,
    port: row.sshPort,
    user: row.sshUser,
    keyId: row.sshKeyId,
    ...(sudoPassword !== undefined && { sudoPassword }),
  });
  return { name: row.name, ssh: { target, pinned: keptHostKeys.parse(row.hostKeys) } };
}
