import type { LogStream, StepLog } from '@/lib/step-log';
import type { Clock } from '@/server/clock/clock';

import type { Redactor } from './redactor';

const batchLines = 200;
const batchLinesMax = 2000;
const batchMs = 50;
const lineLengthMax = 8192;
/** So much may wait to be stored, in characters: the most that a job costs this process while the database is away. */
const waitingLengthMax = 32 * 1024 * 1024;

export interface NewLogLine {
  readonly seq: number;
  readonly step: number;
  readonly at: Date;
  readonly stream: LogStream;
  readonly text: string;
}

interface Options {
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** The number of the last line that is stored. */
  readonly lastSeq: number;
  /** Stores lines and wakes whoever reads them. */
  readonly store: (lines: readonly NewLogLine[]) => Promise<void>;
  /** Lines could not be stored, and will not be: the step must not go on as if they were. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * The one writer of a job's log: redacts, numbers and stores lines in batches (50 ms or 200 lines; more while the last
 * batch is on its way). Numbers go on where the last run stopped. A failed write is kept and thrown by the next `flush`,
 * so that a step never ends well with lines lost. So is a log that grows while nothing can be stored: the run is then given up,
 * and whoever goes on with the job says these lines again.
 */
export class LogWriter {
  readonly #options: Options;
  #seq: number;
  #pending: NewLogLine[] = [];
  #waitingLength = 0;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isClosed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#seq = options.lastSeq;
  }

  /** The log of one step. */
  forStep(step: number): StepLog {
    return {
      info: (text) => text.split('\n').forEach((line) => this.#add(step, 'console', line)),
      line: (stream, text) => this.#add(step, stream, text),
    };
  }

  #add(step: number, stream: LogStream, raw: string): void {
    if (this.#isClosed || this.#failure) return;
    const { redactor, clock } = this.#options;
    const whole = redactor.redact(raw.replaceAll('\0', '\u{FFFD}'));
    const text = whole.length > lineLengthMax ? `${whole.slice(0, lineLengthMax)} […]` : whole;
    this.#seq += 1;
    this.#pending.push({ seq: this.#seq, step, at: clock.now(), stream, text });
    this.#waitingLength += text.length;
    if (this.#waitingLength > waitingLengthMax) return this.#fail(new Error('the log grows and cannot be stored'));
    if (this.#pending.length >= batchLines) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), batchMs);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = { error };
    this.#pending = [];
    this.#options.onFailure(error);
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0 && !this.#failure) {
      const lines = this.#pending.splice(0, batchLinesMax);
      try {
        await this.#options.store(lines);
        this.#waitingLength -= lines.reduce((sum, { text }) => sum + text.length, 0);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** Resolves when every line so far is stored; throws what kept one from being stored. */
  async flush(): Promise<void> {
    while (this.#pending.length > 0 && !this.#failure) {
      this.#write();
      await this.#writing;
    }
    await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  /**
   * Flushes, and takes no more lines. Comes before the job is written as ended: a step that was left behind at its deadline
   * may go on talking, and whoever watched the job to its end would never see those lines.
   */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.flush();
  }
}
