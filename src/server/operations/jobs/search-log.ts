import 'server-only';
import { plainText } from '@/lib/ansi';
import { textMatcher } from '@/lib/text-match';
import { Prisma } from '@/server/db/generated/client';
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

const likePattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

// The database throws out what cannot match, so that a long log does not have to be read to find one line of it. It takes
// colour codes out as they are mostly written and folds ASCII only; a line that has anything else comes through, and the
// same function that the page marks matches with judges what is left.
const candidates = (text: string): Prisma.Sql =>
  /^[\u0020-\u007E]*$/.test(text)
    ? Prisma.sql`and ("shown" ilike ${likePattern(text)} or "shown" ~ '[^\\u0020-\\u007E\\t]')`
    : Prisma.empty;

const withoutColours = Prisma.sql`regexp_replace("text", '\\u001B\\[[0-9;:]*m', '', 'g')`;

/** Finds the lines of a job's log that contain a text, upper and lower case alike. Throws job.not-found. */
export async function searchLog(
  ctx: TeamContext,
  input: { job: string; text: string; step?: number | undefined },
): Promise<LogMatches> {
  await assertJobOfTeam(ctx, input.job);
  const { _max: max } = await ctx.db.jobLog.aggregate({ where: { jobId: input.job }, _max: { seq: true } });
  const throughSeq = max.seq ?? 0;
  const isMatch = textMatcher(input.text);
  const seqs: number[] = [];
  let after = 0;
  for (;;) {
    const rows = await ctx.db.$queryRaw<{ seq: number; text: string }[]>`
      select "seq", "text" from "JobLog", lateral (select ${withoutColours} as "shown") as "plain"
      where "jobId" = ${input.job} and "seq" > ${after} and "seq" <= ${throughSeq}
        ${input.step === undefined ? Prisma.empty : Prisma.sql`and "step" = ${input.step}`}
        ${candidates(input.text)}
      order by "seq" limit ${scanSize}`;
    for (const { seq, text } of rows) if (isMatch(plainText(text))) seqs.push(seq);
    if (seqs.length > matchesMax) return { seqs: seqs.slice(0, matchesMax), throughSeq, isComplete: false };
    const last = rows.at(-1);
    if (!last || rows.length < scanSize) return { seqs, throughSeq, isComplete: true };
    after = last.seq;
  }
}
