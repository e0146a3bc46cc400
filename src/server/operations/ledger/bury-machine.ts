import 'server-only';
import { pauseAfterMs } from '@/lib/resource';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';

import { liveThings } from './live-things';

export interface Burial {
  readonly machineId: string;
  readonly teamId: string;
  /** Why the provider could not be asked, in a sentence. */
  readonly failure: string;
  readonly by: string;
  readonly now: Date;
}

/**
 * Keeps what is needed to remove a machine's things once its provider answers: a tombstone with the driver's options (also
 * the sealed ones) and state, and the rows of the ledger, which should be gone from now on. Call it in the transaction that
 * deletes the machine; the secret with the options then belongs to the tombstone. Returns the tombstone's id.
 */
export async function buryMachine(tx: Transaction, { machineId, teamId, failure, by, now }: Burial): Promise<string> {
  const machine = await tx.machine.findFirstOrThrow({
    where: { id: machineId, teamId },
    select: { name: true, driver: true, options: true, optionSecretId: true, driverState: true },
  });
  const { name, options, driverState, ...rest } = machine;
  const tombstone = await tx.tombstone.create({
    data: {
      ...rest,
      teamId,
      machineId,
      machineName: name,
      options: options as Prisma.InputJsonObject,
      driverState: driverState as Prisma.InputJsonObject,
      tries: 1,
      lastTryAt: now,
      nextTryAt: new Date(now.getTime() + pauseAfterMs(1)),
      failure,
      createdByName: by,
      createdAt: now,
    },
    select: { id: true },
  });
  await tx.resource.updateMany({
    where: { teamId, machineId, ...liveThings },
    data: { tombstoneId: tombstone.id, unwantedAt: now },
  });
  return tombstone.id;
}
