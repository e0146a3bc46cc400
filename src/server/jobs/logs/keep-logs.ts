import 'server-only';
import type { Runtime } from '@/server/runtime';

import { compressLog } from './compress-log';

/** By then whoever watched the job to its end has all of its log. */
const compressAfterMs = 60_000;
const atOnce = 20;
const dayMs = 24 * 60 * 60 * 1000;
const ended = ['succeeded', 'failed', 'cancelled'] as const;

/** Compresses the logs of jobs that ended a while ago, the oldest first. */
export async function compressLogs({ database, clock }: Runtime, signal: AbortSignal): Promise<void> {
  const now = clock.now();
  const where = {
    state: { in: [...ended] },
    logCompressedAt: null,
    finishedAt: { lt: new Date(now.getTime() - compressAfterMs) },
  };
  for (let count = atOnce; count === atOnce && !signal.aborted;) {
    const jobs = await database.prisma.job.findMany({
      where,
      orderBy: { finishedAt: 'asc' },
      take: atOnce,
      select: { id: true },
    });
    for (const { id } of jobs) await compressLog(database, id, now);
    count = jobs.length;
  }
}

/**
 * Removes the logs that are older than their team keeps them. The job itself stays, and says since when its log is gone and
 * why.
 */
export async function removeOldLogs({ database, clock, log }: Runtime): Promise<void> {
  const now = clock.now();
  const { prisma } = database;
  const teams = await prisma.team.findMany({
    where: { logDaysKept: { not: null } },
    select: { id: true, logDaysKept: true },
  });
  for (const { id: teamId, logDaysKept } of teams) {
    if (logDaysKept === null) continue;
    const old = {
      teamId,
      state: { in: [...ended] },
      logRemovedAt: null,
      finishedAt: { lt: new Date(now.getTime() - logDaysKept * dayMs) },
    };
    const count = await prisma.$transaction(async (tx) => {
      await tx.jobLog.deleteMany({ where: { job: old } });
      await tx.jobLogChunk.deleteMany({ where: { job: old } });
      return (await tx.job.updateMany({ where: old, data: { logRemovedAt: now, logCompressedAt: now, logLines: 0 } }))
        .count;
    });
    if (count > 0) log.info({ teamId, count, logDaysKept }, 'old job logs were removed');
  }
}
