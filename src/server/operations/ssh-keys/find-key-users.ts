import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { PrismaClient } from '@/server/db/generated/client';
import { findUsers } from '@/server/operations/machines/find-users';

export interface KeyUsers {
  readonly machines: readonly string[];
  readonly hypervisorHosts: readonly string[];
}

/** The names of what the console reaches with each of the team's SSH keys, by the key's id. */
export async function findKeyUsers(
  db: Transaction | PrismaClient,
  teamId: string,
): Promise<(keyId: string) => KeyUsers> {
  const [machines, hosts] = await Promise.all([
    findUsers(db, teamId, 'ssh-key'),
    db.hypervisorHost.findMany({
      where: { teamId, sshKeyId: { not: null } },
      orderBy: { name: 'asc' },
      select: { name: true, sshKeyId: true },
    }),
  ]);
  return (keyId) => ({
    machines: machines.get(keyId) ?? [],
    hypervisorHosts: hosts.filter(({ sshKeyId }) => sshKeyId === keyId).map(({ name }) => name),
  });
}
