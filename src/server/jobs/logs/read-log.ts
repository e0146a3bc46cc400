import 'server-only';
import type { JobLogLine } from '@/lib/job';
import type { LogOutline, LogSegment } from '@/lib/job-view';
import { type LogStream, logStreams } from '@/lib/step-log';
import type { PrismaClient } from '@/server/db/generated/client';
import type { Prisma } from '@/server/db/generated/client';

import { unpackChunk } from './log-chunk';

/** What reading a log needs: jobs carry a team and logs do not, so the caller has made sure that the job is the team's. */
type LogDb = Pick<PrismaClient, 'jobLog' | 'jobLogChunk' | '$queryRaw'>;

export interface LogRange {
  readonly job: string;
  /** First and last line, both included. */
  readonly from: number;
  readonly to: number;
}

const logLineSelect = { seq: true, step: true, at: true, stream: true, text: true } satisfies Prisma.JobLogSelect;

export const streamOf = (stored: string): LogStream => logStreams.find((stream) => stream === stored) ?? 'stdout';

const readChunks = async (db: LogDb, { job, from, to }: LogRange): Promise<readonly JobLogLine[]> => {
  const chunks = await db.jobLogChunk.findMany({
    where: { jobId: job, fromSeq: { lte: to }, toSeq: { gte: from } },
    orderBy: { fromSeq: 'asc' },
    select: { lines: true },
  });
  const lines = await Promise.all(chunks.map((chunk) => unpackChunk(chunk.lines)));
  return lines.flat().filter(({ seq }) => seq >= from && seq <= to);
};

/** The lines of a range that exist, in order: of a log that is being written as of one that is compressed. */
export async function readLog(db: LogDb, range: LogRange): Promise<readonly JobLogLine[]> {
  const { job, from, to } = range;
  const rows = await db.jobLog.findMany({
    where: { jobId: job, seq: { gte: from, lte: to } },
    orderBy: { seq: 'asc' },
    select: logLineSelect,
  });
  const lines = rows.map(({ at, stream, ...row }) => ({ ...row, atMs: at.getTime(), stream: streamOf(stream) }));
  // Compressing begins with the first lines, so rows that begin where the range does are all that there is.
  const first = lines[0]?.seq;
  if (first === from) return lines;
  const chunks = await readChunks(db, { job, from, to: first === undefined ? to : first - 1 });
  return [...chunks, ...lines];
}

/** The number of the last line; 0 where there is none. */
export async function lastLineOf(db: LogDb, job: string): Promise<number> {
  const [row, chunk] = await Promise.all([
    db.jobLog.aggregate({ where: { jobId: job }, _max: { seq: true } }),
    db.jobLogChunk.aggregate({ where: { jobId: job }, _max: { toSeq: true } }),
  ]);
  return Math.max(row._max.seq ?? 0, chunk._max.toSeq ?? 0);
}

const joined = (segments: readonly LogSegment[]): LogSegment[] => {
  const result: LogSegment[] = [];
  for (const segment of segments) {
    const last = result.at(-1);
    if (last?.step === segment.step && last.to === segment.from - 1) {
      result[result.length - 1] = { ...last, to: segment.to };
    } else result.push(segment);
  }
  return result;
};

const readSegments = async (db: LogDb, job: string): Promise<LogSegment[]> => {
  // Lines of one step that follow each other differ from their rank within the step by the same number.
  const rows = await db.$queryRaw<LogSegment[]>`
    select "step", min("seq")::int as "from", max("seq")::int as "to"
    from (
      select "step", "seq", "seq" - row_number() over (partition by "step" order by "seq") as island
      from "JobLog" where "jobId" = ${job}
    ) as numbered
    group by "step", island
    order by "from"`;
  if (rows[0]?.from === 1) return rows;
  const chunks = await db.jobLogChunk.findMany({
    where: { jobId: job },
    orderBy: { fromSeq: 'asc' },
    select: { segments: true },
  });
  // Written by compressLog only, with this type.
  const compressed = chunks.flatMap(({ segments }) => segments as unknown as LogSegment[]);
  const end = compressed.at(-1)?.to ?? 0;
  return [...compressed, ...rows.filter(({ from }) => from > end)];
};

/**
 * Where each step's lines are in a job's log, without reading a line: a viewer of a long log knows its shape at once and
 * fetches what it shows.
 */
export async function readLogOutline(db: LogDb, job: string): Promise<LogOutline> {
  const segments = joined(await readSegments(db, job));
  return { lastSeq: segments.at(-1)?.to ?? 0, segments };
}
