import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';

import { buryMachine } from './bury-machine';
import { listLiveThings, liveThings, thingsAsJson } from './live-things';

export interface Deletion {
  readonly machineId: string;
  readonly teamId: string;
  readonly mode: 'restore' | 'forget';
  /** Why the provider could not be asked, in a sentence; null where it has removed everything. */
  readonly unreachable: string | null;
  readonly by: string;
  readonly now: Date;
}

/** What becomes of the ledger's rows of a machine that leaves: kept by a tombstone, given up, or still to be gone. */
const settleLedger = async (tx: Transaction, deletion: Deletion): Promise<Prisma.InputJsonObject> => {
  const { machineId, teamId, mode, unreachable, now } = deletion;
  const left = thingsAsJson(await listLiveThings(tx, { teamId, machineId }));
  const where = { teamId, machineId, ...liveThings };
  if (unreachable !== null) {
    const tombstone = await buryMachine(tx, { ...deletion, failure: unreachable });
    return { mode, tombstone, stillThere: left };
  }
  if (mode === 'forget') {
    await tx.resource.updateMany({ where, data: { forgottenAt: now } });
    return { mode, leftBehind: left };
  }
  await tx.resource.updateMany({ where, data: { unwantedAt: now } });
  return left.length > 0 ? { mode, stillThere: left } : { mode };
};

/**
 * Deletes a machine's record with its certificates and secrets, and settles the ledger: nothing that may be at the provider
 * loses its row. Returns what the audit event is to tell, or null where the machine is deleted already.
 */
export async function deleteMachine(tx: Transaction, deletion: Deletion): Promise<Prisma.InputJsonObject | null> {
  const { machineId, teamId, unreachable } = deletion;
  const machine = await tx.machine.findFirst({
    where: { id: machineId, teamId },
    select: {
      optionSecretId: true,
      ownSshKey: { select: { secretId: true } },
      certificates: { select: { secretId: true } },
    },
  });
  if (!machine) return null;
  const told = await settleLedger(tx, deletion);
  // The sealed options belong to the tombstone now, where there is one.
  const optionSecretId = unreachable === null ? machine.optionSecretId : null;
  const secretIds = [
    optionSecretId,
    machine.ownSshKey?.secretId ?? null,
    ...machine.certificates.map((certificate) => certificate.secretId),
  ];
  await tx.secret.deleteMany({ where: { teamId, id: { in: secretIds.filter((id) => id !== null) } } });
  await tx.certificate.deleteMany({ where: { teamId, machineId } });
  await tx.machine.delete({ where: { id: machineId }, select: { id: true } });
  await tx.swarm.deleteMany({ where: { teamId, machines: { none: {} } } });
  return told;
}
