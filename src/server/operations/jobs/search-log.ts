import 'server-only';
import { plainText } from '@/lib/ansi';
import { textMatcher } from '@/lib/text-match';
import { Prisma } from '@/server/db/generated/client';
import { unpackChunk } from '@/server/jobs/logs/log-chunk';
import { lastLineOf } from '@/server/jobs/logs/read-log';
import type { TeamContext } from '@/server/operations/team-context';

import { assertJobOfTeam } from './job-rows';

const matchesMax = 10_000;
const scanSize = 5000;

export interface LogMatches {
  /** Numbers of the lines that match, ascending. */
  readonly seqs: readonly number[];
  /** The search has looked at lines up to this one. */
  readonly throughSeq: number;
  /** False where there are more matches than are listed. */
  readonly isComplete: boolean;
}

interface Search {
  readonly job: string;
  readonly text: string;
  readonly step?: number | undefined;
}

const likePattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

// The database throws out what cannot match, so that a long log does not have to be read to find one line of it. It takes
// colour codes out as they are mostly written and folds ASCII only; a line that has anything else comes through, and the
// same function that the page marks matches with judges what is left.
const candidates = (text: string): Prisma.Sql =>
  /^[\u0020-\u007E]*$/.test(text)
    ? Prisma.sql`and ("shown" ilike ${likePattern(text)} or "shown" ~ '[^\\u0020-\\u007E\\t]')`
    : Prisma.empty;

const withoutColours = Prisma.sql`regexp_replace("text", '\\u001B\\[[0-9;:]*m', '', 'g')`;

/** The compressed lines that match, chunk by chunk. */
async function* inChunks({ db }: TeamContext, { job, text, step }: Search): AsyncGenerator<number> {
  const isMatch = textMatcher(text);
  const chunks = await db.jobLogChunk.findMany({
    where: { jobId: job },
    orderBy: { fromSeq: 'asc' },
    select: { fromSeq: true },
  });
  for (const { fromSeq } of chunks) {
    const chunk = await db.jobLogChunk.findUnique({
      where: { jobId_fromSeq: { jobId: job, fromSeq } },
      select: { lines: true },
    });
    for (const line of chunk ? await unpackChunk(chunk.lines) : []) {
      if ((step === undefined || line.step === step) && isMatch(plainText(line.text))) yield line.seq;
    }
  }
}

/** The lines that match and are not compressed. */
async function* inRows({ db }: TeamContext, { job, text, step }: Search): AsyncGenerator<number> {
  const isMatch = textMatcher(text);
  for (let after = 0; ;) {
    const rows = await db.$queryRaw<{ seq: number; text: string }[]>`
      select "seq", "text" from "JobLog", lateral (select ${withoutColours} as "shown") as "plain"
      where "jobId" = ${job} and "seq" > ${after}
        ${step === undefined ? Prisma.empty : Prisma.sql`and "step" = ${step}`}
        ${candidates(text)}
      order by "seq" limit ${scanSize}`;
    for (const row of rows) if (isMatch(plainText(row.text))) yield row.seq;
    const last = rows.at(-1);
    if (!last || rows.length < scanSize) return;
    after = last.seq;
  }
}

/** Finds the lines of a job's log that contain a text, upper and lower case alike. Throws job.not-found. */
export async function searchLog(ctx: TeamContext, input: Search): Promise<LogMatches> {
  await assertJobOfTeam(ctx, input.job);
  const throughSeq = await lastLineOf(ctx.db, input.job);
  const found = new Set<number>();
  // Rows first: a line that is compressed while the search goes on is then found twice, and not missed.
  for (const find of [inRows, inChunks]) {
    let count = 0;
    for await (const seq of find(ctx, input)) {
      if (seq <= throughSeq) found.add(seq);
      if (++count > matchesMax) break;
    }
  }
  const seqs = [...found].sort((a, b) => a - b);
  return { seqs: seqs.slice(0, matchesMax), throughSeq, isComplete: seqs.length <= matchesMax };
}
