import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { SignedIn } from '@/server/auth/signed-in';
import { type Backup, makeBackup } from '@/server/backup/make-backup';
import { invariant } from '@/server/errors/app-error';
import type { RequestContext } from '@/server/operations/team-context';
import { readMasterKey } from '@/server/secrets/master-key';

import { storeLastBackup } from './last-backup';

export interface BackupRequest extends RequestContext {
  /** The operator who asked; null for the command on the console's own machine. */
  readonly operator: SignedIn['user'] | null;
}

/**
 * Makes an encrypted archive of the whole installation, while it runs. The audit trail of each team tells that a copy of its
 * data was made, and by whom.
 */
export async function backUp(ctx: BackupRequest, { passphrase }: { passphrase: string }): Promise<Backup> {
  const { runtime, operator, address, requestId } = ctx;
  const masterKey = readMasterKey(runtime.env);
  invariant(masterKey, 'the master key is gone from where it was at the start');
  const madeAt = runtime.clock.now();
  const backup = await makeBackup({ database: runtime.database, masterKey, passphrase, madeAt });
  const by = operator ? { userId: operator.id, name: operator.name } : { userId: undefined, name: 'Quaymaster' };
  await runtime.database.prisma.$transaction(async (tx) => {
    const teams = await tx.team.findMany({ orderBy: { id: 'asc' }, select: { id: true } });
    for (const { id: teamId } of teams) {
      await recordAudit(
        tx,
        { ...by, teamId, address, requestId },
        { action: 'system.backed-up', target: { type: 'system', name: 'Quaymaster' }, after: { rows: backup.rows } },
      );
    }
    await storeLastBackup(tx, { at: madeAt, byName: by.name, rows: backup.rows });
  });
  return backup;
}
