import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { nameSome } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { findKeyUsers } from './find-key-users';
import { sshKeyNotFound } from './open-ssh-key';

const inUse = (users: readonly string[]) =>
  new AppError({
    code: 'ssh.key-in-use',
    public: `The key is how the console reaches ${nameSome(users)}. Remove them first, or give them another key.`,
  });

/** Removes an SSH key and its sealed half for good. Throws ssh.key-not-found, ssh.key-in-use while a machine or a hypervisor host needs it. */
export async function removeSshKey({ runtime, actor, db }: TeamContext, { id }: { id: string }): Promise<void> {
  const { teamId } = actor;
  await db.$transaction(async (tx) => {
    // Held against a machine that is being created with this key (hold-things.ts takes the same row).
    await tx.$queryRaw`select 1 from "SshKey" where "id" = ${id} and "teamId" = ${teamId} for update`;
    const key = await tx.sshKey.findFirst({
      where: { id, teamId, machineId: null },
      select: { name: true, type: true, fingerprint: true, secretId: true },
    });
    if (!key) throw sshKeyNotFound();
    const { machines, hypervisorHosts } = (await findKeyUsers(tx, teamId))(id);
    const users = [...machines, ...hypervisorHosts];
    if (users.length > 0) throw inUse(users);
    await tx.sshKey.deleteMany({ where: { id, teamId } });
    await runtime.secrets.remove(tx, { id: key.secretId, teamId });
    await recordAudit(tx, actor, {
      action: 'ssh-key.removed',
      target: { type: 'ssh-key', id, name: key.name },
      before: { type: key.type, fingerprint: key.fingerprint },
    });
  });
}
