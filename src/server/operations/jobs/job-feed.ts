import 'server-only';
import type { JobLogLine } from '@/lib/job';
import type { JobView, StepView } from '@/lib/job-view';
import { packLines } from '@/lib/packed-lines';
import type { JobKind } from '@/server/jobs/job-kind';
import { lastLineOf, readLog } from '@/server/jobs/logs/read-log';
import type { TeamContext } from '@/server/operations/team-context';

import { readJob } from './read-job';
import { SharedView, shareView } from './shared-views';

const messageLinesMax = 500;
const messageCharactersMax = 64 * 1024;
/** Kept for viewers who are not far behind; others read the table. */
const keptLinesMax = 4000;
const keptCharactersMax = 1024 * 1024;
const keptMessagesMax = 32;
const pageLines = 2000;

export interface JobNow {
  readonly job: JobView;
  readonly steps: readonly StepView[];
  /** Both as text, to tell whether they have changed. */
  readonly jobText: string;
  readonly stepsText: string;
  /** The last line that was there when this was read: after the job's end there are no others. */
  readonly lastSeq: number;
}

export interface LogMessage {
  /** See packLines. */
  readonly lines: string;
  readonly lastSeq: number;
}

/** As many lines as fit into one message, at least one. */
const fitting = (lines: readonly JobLogLine[]): readonly JobLogLine[] => {
  let characters = 0;
  const end = lines.findIndex(({ text }) => (characters += text.length) > messageCharactersMax);
  return lines.slice(0, Math.min(messageLinesMax, end === -1 ? lines.length : Math.max(1, end)));
};

/**
 * A job as all of its viewers in this process see it: read from the database once at each change, its new lines packed
 * once, however many watch.
 */
export class JobFeed {
  readonly #db: TeamContext['db'];
  readonly #id: string;
  readonly #view: SharedView<JobNow>;
  /** The newest lines, without a gap between them. */
  #lines: JobLogLine[] = [];
  #lastSeq: number | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  readonly #messages = new Map<string, LogMessage>();

  constructor(ctx: TeamContext, id: string, kinds: ReadonlyMap<string, JobKind>) {
    this.#db = ctx.db;
    this.#id = id;
    // The team's calls tell a queued job that the one before it has ended.
    this.#view = new SharedView(ctx.runtime, [`job:${id}`, `team:${ctx.actor.teamId}`], async () => {
      // The job first, then its lines: a job that has ended writes no more, so nothing can come behind them.
      const { job, steps } = await readJob(ctx, id, kinds);
      const lastSeq = await this.#nextTail();
      return { value: { job, steps, jobText: JSON.stringify(job), stepsText: JSON.stringify(steps), lastSeq } };
    });
  }

  now(): Promise<JobNow> {
    return this.#view.now();
  }

  close(): void {
    this.#view.close();
  }

  /** The next lines behind one; null where there are none yet. */
  async linesAfter(seq: number): Promise<LogMessage | null> {
    const first = this.#lines[0]?.seq;
    const lines =
      first !== undefined && first <= seq + 1
        ? this.#lines.slice(seq + 1 - first, seq + 1 - first + messageLinesMax)
        : await readLog(this.#db, { job: this.#id, from: seq + 1, to: seq + messageLinesMax });
    const message = fitting(lines);
    const last = message.at(-1);
    return last ? this.#pack(message, `${seq}-${last.seq}`) : null;
  }

  #pack(lines: readonly JobLogLine[], name: string): LogMessage {
    const known = this.#messages.get(name);
    if (known) return known;
    const message = { lines: packLines(lines), lastSeq: lines.at(-1)?.seq ?? 0 };
    this.#messages.set(name, message);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > keptMessagesMax && oldest !== undefined) this.#messages.delete(oldest);
    return message;
  }

  // One after the other: a change that is announced while the tail is read begins the next reading of the view.
  #nextTail(): Promise<number> {
    const tail = this.#tail.then(() => this.#readTail());
    this.#tail = tail.catch(() => undefined);
    return tail;
  }

  async #readTail(): Promise<number> {
    this.#lastSeq ??= await lastLineOf(this.#db, this.#id);
    for (let count = pageLines; count === pageLines;) {
      const from: number = this.#lastSeq + 1;
      const lines = await readLog(this.#db, { job: this.#id, from, to: from + pageLines - 1 });
      this.#keep(lines);
      this.#lastSeq = lines.at(-1)?.seq ?? this.#lastSeq;
      count = lines.length;
    }
    return this.#lastSeq;
  }

  #keep(added: readonly JobLogLine[]): void {
    if (added.length === 0) return;
    const lines = [...this.#lines, ...added];
    let characters = 0;
    let start = lines.length;
    while (start > 0 && lines.length - start < keptLinesMax && characters < keptCharactersMax) {
      start -= 1;
      characters += lines[start]?.text.length ?? 0;
    }
    this.#lines = lines.slice(start);
  }
}

/** The feed of a job, shared by everyone in this process who watches it until they release it. */
export const shareJobFeed = (ctx: TeamContext, id: string, kinds: ReadonlyMap<string, JobKind>) =>
  shareView(ctx.runtime, `job:${id}`, () => new JobFeed(ctx, id, kinds));
