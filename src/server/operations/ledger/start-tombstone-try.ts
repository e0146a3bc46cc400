import 'server-only';
import type { AuditActor } from '@/server/audit/actor';
import type { Transaction } from '@/server/db/database';
import { tombstoneRemove } from '@/server/jobs/kinds/tombstone-remove';
import { startJob } from '@/server/jobs/start-job';
import type { Runtime } from '@/server/runtime';

/**
 * Begins one try to remove what a tombstone stands for, as a job with a log. Null where another replica, or a member, has
 * begun one already: the tombstone's state is the claim.
 */
export async function startTombstoneTry(
  runtime: Runtime,
  tx: Transaction,
  { id, actor }: { id: string; actor: AuditActor },
): Promise<{ jobId: string } | null> {
  const { teamId } = actor;
  const [claimed] = await tx.tombstone.updateManyAndReturn({
    where: { id, teamId, state: 'waiting' },
    data: { state: 'removing', tries: { increment: 1 }, lastTryAt: runtime.clock.now() },
    select: { machineName: true },
  });
  if (!claimed) return null;
  const job = await startJob(runtime, tx, {
    kind: tombstoneRemove,
    actor,
    machineId: null,
    subject: claimed.machineName,
    payload: { tombstoneId: id },
  });
  return { jobId: job.id };
}
