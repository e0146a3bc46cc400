import 'server-only';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';

/** A tombstone of the team, through the team's door. Throws tombstone.not-found. */
export async function getTombstone(tx: Transaction, id: string) {
  const row = await tx.tombstone.findFirst({
    where: { id },
    select: { machineId: true, machineName: true, driver: true, optionSecretId: true },
  });
  if (row) return row;
  throw new AppError({ code: 'tombstone.not-found', public: 'There is no such tombstone in this team.' });
}

export const tombstoneWrongState = () =>
  new AppError({
    code: 'tombstone.wrong-state',
    public: 'A try runs right now, or there is nothing to be tried any more. Load the page again.',
  });
