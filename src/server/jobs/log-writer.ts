import type { LogStream, StepLog } from '@/lib/step-log';
import type { Bus } from '@/server/bus/bus';
import type { Clock } from '@/server/clock/clock';
import type { PrismaClient } from '@/server/db/generated/client';

import type { Redactor } from './redactor';

const batchLines = 200;
const batchMs = 50;
const lineLengthMax = 8192;

interface PendingLine {
  seq: number;
  step: number;
  at: Date;
  stream: LogStream;
  text: string;
}

/**
 * The one writer of a job's log: redacts, numbers and stores lines in batches (50 ms or 200 lines), then wakes viewers.
 * Numbers go on where the last run stopped. A failed write is kept and thrown by the next `flush`, so that a step never
 * ends well with lines lost.
 */
export class LogWriter {
  readonly #options: { prisma: PrismaClient; bus: Bus; clock: Clock; redactor: Redactor; jobId: string };
  #seq: number;
  #pending: PendingLine[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;
  #isClosed = false;

  constructor(options: {
    prisma: PrismaClient;
    bus: Bus;
    clock: Clock;
    redactor: Redactor;
    jobId: string;
    lastSeq: number;
  }) {
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
    if (this.#isClosed) return;
    const whole = this.#options.redactor.redact(raw.replaceAll('\0', '\u{FFFD}'));
    const text = whole.length > lineLengthMax ? `${whole.slice(0, lineLengthMax)} […]` : whole;
    this.#seq += 1;
    this.#pending.push({ seq: this.#seq, step, at: this.#options.clock.now(), stream, text });
    if (this.#pending.length >= batchLines) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), batchMs);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#pending;
    if (!lines.length) return;
    this.#pending = [];
    const { prisma, bus, jobId } = this.#options;
    this.#writing = this.#writing
      .then(async () => {
        if (this.#failure !== undefined) return;
        await prisma.jobLog.createMany({ data: lines.map((line) => ({ jobId, ...line })) });
        await bus.publish(`job:${jobId}`);
      })
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }

  /** Resolves when every line so far is stored; throws what kept one from being stored. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure as Error;
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
