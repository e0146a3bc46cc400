import 'server-only';
import type { Database, Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';

import { chunkLinesMax, packChunk, segmentsOf } from './log-chunk';
import { streamOf } from './read-log';

/** Locks a job that has ended and whose log is not compressed yet, so that it is neither retried nor compressed elsewhere. */
const lockEnded = async (tx: Transaction, job: string): Promise<boolean> => {
  const rows = await tx.$queryRaw<unknown[]>`
    select 1 from "Job"
    where "id" = ${job} and "state" in ('succeeded', 'failed', 'cancelled') and "logCompressedAt" is null
    for update`;
  return rows.length > 0;
};

const moveLines = async (tx: Transaction, job: string): Promise<number> => {
  const rows = await tx.jobLog.findMany({ where: { jobId: job }, orderBy: { seq: 'asc' }, take: chunkLinesMax });
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return 0;
  const lines = rows.map(({ seq, step, at, stream, text }) => ({
    seq,
    step,
    atMs: at.getTime(),
    stream: streamOf(stream),
    text,
  }));
  await tx.jobLogChunk.create({
    data: {
      jobId: job,
      fromSeq: first.seq,
      toSeq: last.seq,
      lines: await packChunk(lines),
      segments: segmentsOf(lines) as unknown as Prisma.InputJsonArray,
    },
    select: { fromSeq: true },
  });
  await tx.jobLog.deleteMany({ where: { jobId: job, seq: { lte: last.seq } } });
  return rows.length;
};

const note = async (tx: Transaction, job: string, at: Date): Promise<void> => {
  const { _max: max } = await tx.jobLogChunk.aggregate({ where: { jobId: job }, _max: { toSeq: true } });
  await tx.job.updateMany({ where: { id: job }, data: { logCompressedAt: at, logLines: max.toSeq ?? 0 } });
};

/**
 * Puts the log of a job that has ended into compressed chunks, a few thousand lines in a transaction: whoever reads it
 * meanwhile finds each line once, here or there. Stops where the job is retried.
 */
export async function compressLog({ prisma }: Database, job: string, at: Date): Promise<void> {
  for (let isOver = false; !isOver;) {
    isOver = await prisma.$transaction(async (tx) => {
      if (!(await lockEnded(tx, job))) return true;
      if ((await moveLines(tx, job)) === chunkLinesMax) return false;
      await note(tx, job, at);
      return true;
    });
  }
}
