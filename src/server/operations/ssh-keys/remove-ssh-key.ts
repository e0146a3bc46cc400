import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';

import { findKeyUsers } from './find-key-users';
import { sshKeyNotFound } from './open-ssh-key';

const inUse = (machines: readonly string[]) =>
  new AppError({
    code: 'ssh.key-in-use',
    public: `The key is how the console reaches ${machines.slice(0, 5).join(', ')}${machines.length > 5 ? ` and ${machines.length - 5} more` : ''}. Remove these machines first.`,
  });

/** Removes an SSH key and its sealed half for good. Throws ssh.key-not-found, ssh.key-in-use while a machine needs it. */
export async function removeSshKey({ runtime, actor, db }: TeamContext, { id }: { id: string }): Promise<void> {
  const { teamId } = actor;
  await db.$transaction(async (tx) => {
    // Held against a machine that is being created with this key (create-machine.ts takes the same row).
    await tx.$queryRaw`select 1 from "SshKey" where "id" = ${id} and "teamId" = ${teamId} for update`;
    const key = await tx.sshKey.findFirst({
      where: { id, teamId },
      select: { name: true, type: true, fingerprint: true, secretId: true },
    });
    if (!key) throw sshKeyNotFound();
    const machines = (await findKeyUsers(tx, teamId)).get(id) ?? [];
    if (machines.length > 0) throw inUse(machines);
    await tx.sshKey.deleteMany({ where: { id, teamId } });
    await runtime.secrets.remove(tx, { id: key.secretId, teamId });
    await recordAudit(tx, actor, {
      action: 'ssh-key.removed',
      target: { type: 'ssh-key', id, name: key.name },
      before: { type: key.type, fingerprint: key.fingerprint },
    });
  });
}
