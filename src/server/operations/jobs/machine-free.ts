import 'server-only';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';

import { activeStates } from './job-rows';

/**
 * Throws job.machine-busy while another job of the machine has not ended. The order of a machine's jobs is the order of its
 * queue: one that goes back behind a job that began later would undo what that one does.
 */
export async function assertMachineFree(
  tx: Transaction,
  job: { id: string; machineId: string | null },
  verb: string,
): Promise<void> {
  if (job.machineId === null) return;
  const other = await tx.job.findFirst({
    where: { machineId: job.machineId, id: { not: job.id }, state: { in: [...activeStates] } },
    select: { id: true, subject: true, kind: true },
  });
  if (!other) return;
  throw new AppError({
    code: 'job.machine-busy',
    public: `Another job of ${other.subject} has not ended yet. Wait for its end, or cancel it, and ${verb} then.`,
    internal: `busy with ${other.kind} ${other.id}`,
  });
}
