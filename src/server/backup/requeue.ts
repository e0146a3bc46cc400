import 'server-only';
import type { Runtime } from '@/server/runtime';

import type { Session } from './session';

const settingKey = 'requeue-jobs';

/** Leaves word that the queue, which is not copied, knows none of the jobs that have not ended. */
export async function askForRequeue(session: Session): Promise<void> {
  await session.query(`insert into "Setting" ("key", "value") values ($1, 'true'::jsonb) on conflict do nothing`, [
    settingKey,
  ]);
}

/**
 * Hands the jobs that had not ended to the queue again, in the order in which they were made, once after a restore or a move.
 * Each goes on in the step in which it was. Jobs that their batch still holds back stay there.
 */
export async function requeueJobs({
  database,
  queue,
  log,
}: Pick<Runtime, 'database' | 'queue' | 'log'>): Promise<void> {
  const count = await database.prisma.$transaction(async (tx) => {
    // Of replicas that start at once the first removes the row; the others wait for it, and find none.
    const { count: taken } = await tx.setting.deleteMany({ where: { key: settingKey } });
    if (taken === 0) return 0;
    const jobs = await tx.job.findMany({
      where: {
        state: { in: ['queued', 'running', 'waiting', 'cancelling'] },
        OR: [{ deliveredAt: { not: null } }, { batchId: null }],
      },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { id: true, machineId: true },
    });
    for (const { id, machineId } of jobs) await queue.enqueue(tx, { jobId: id, key: machineId ?? id });
    return jobs.length;
  });
  if (count > 0) log.info({ jobs: count }, 'the jobs of the copied installation were queued again');
}
