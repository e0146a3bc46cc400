import 'server-only';
import type { JobState } from '@/lib/job';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import type { Runtime } from '@/server/runtime';

const active: JobState[] = ['queued', 'running', 'waiting', 'cancelling'];

/** A job that its batch holds back. */
export const heldJob = { batchId: { not: null }, deliveredAt: null, state: 'queued' } satisfies Prisma.JobWhereInput;

interface Delivered {
  readonly id: string;
  readonly teamId: string;
}

/** Hands over as many of a batch's held jobs as may run now. The batch's row is locked, so two callers never both count. */
const deliver = async (runtime: Runtime, tx: Transaction, batchId: string): Promise<Delivered[]> => {
  const [batch] = await tx.$queryRaw<{ atOnce: number }[]>`
    select "atOnce" from "JobBatch" where "id" = ${batchId} for update`;
  if (!batch) return [];
  const busy = await tx.job.count({ where: { batchId, state: { in: active }, deliveredAt: { not: null } } });
  const free = batch.atOnce - busy;
  if (free <= 0) return [];
  const next = await tx.job.findMany({
    where: { ...heldJob, batchId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: free,
    select: { id: true, teamId: true, machineId: true },
  });
  const delivered: Delivered[] = [];
  for (const { id, teamId, machineId } of next) {
    // A cancel in between has ended the job: then it is not delivered.
    const { count } = await tx.job.updateMany({
      where: { ...heldJob, id },
      data: { deliveredAt: runtime.clock.now() },
    });
    if (count === 0) continue;
    await runtime.queue.enqueue(tx, { jobId: id, key: machineId ?? id });
    delivered.push({ id, teamId });
  }
  return delivered;
};

/**
 * Hands the queue what batches have held back and may run now. Safe to be called at any time and by several replicas at
 * once; a job is handed over once.
 */
export async function deliverHeldJobs(runtime: Runtime): Promise<void> {
  const { prisma } = runtime.database;
  const held = await prisma.job.groupBy({ by: ['batchId'], where: heldJob });
  for (const { batchId } of held) {
    if (batchId === null) continue;
    const delivered = await prisma.$transaction((tx) => deliver(runtime, tx, batchId));
    for (const { id } of delivered) await runtime.bus.publish(`job:${id}`);
    for (const teamId of new Set(delivered.map((job) => job.teamId))) await runtime.bus.publish(`team:${teamId}`);
  }
}
