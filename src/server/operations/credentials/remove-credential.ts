import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { findUsers, nameSome } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { credentialNotFound } from './open-credential';

const inUse = (machines: readonly string[]) =>
  new AppError({
    code: 'credential.in-use',
    public: `The console needs the credential to reach ${nameSome(machines)}. Remove these machines first.`,
  });

/** Removes a credential and its sealed values for good. Throws credential.not-found, credential.in-use while something needs it. */
export async function removeCredential({ runtime, actor, db }: TeamContext, { id }: { id: string }): Promise<void> {
  const { teamId } = actor;
  await db.$transaction(async (tx) => {
    // Held against a machine that is being created with it (hold-things.ts takes the same row).
    await tx.$queryRaw`select 1 from "Credential" where "id" = ${id} and "teamId" = ${teamId} for update`;
    const row = await tx.credential.findFirst({
      where: { id, teamId },
      select: { name: true, driver: true, secretId: true },
    });
    if (!row) throw credentialNotFound();
    const machines = (await findUsers(tx, teamId, 'credential')).get(id) ?? [];
    if (machines.length > 0) throw inUse(machines);
    await tx.credential.deleteMany({ where: { id, teamId } });
    if (row.secretId) await runtime.secrets.remove(tx, { id: row.secretId, teamId });
    await recordAudit(tx, actor, {
      action: 'credential.removed',
      target: { type: 'credential', id, name: row.name },
      before: { driver: row.driver },
    });
  });
}
