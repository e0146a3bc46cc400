import type { Clock } from '@/server/clock/clock';
import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';

const firstMs = 1000;
const longestMs = 15_000;
/** A host that stays away for longer is for a person to look at: the job fails, and goes on from there when they retry. */
const limitMs = 10 * 60_000;
/** A try that went on for so long has come further: what comes then is another absence. */
const progressMs = 60_000;

// What the way to a host says while it is away or restarts.
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ssh.connection-lost',
  'ssh.timeout',
  'ssh.unreachable',
  'ssh.port-closed',
]);

export interface Pause {
  readonly error: AppError;
  readonly sinceMs: number;
  readonly pauseMs: number;
  /** The first of this absence, or for another reason than the last. */
  readonly isNew: boolean;
}

/** How long one step waits for a host that has answered its job before and does not now. */
export class Patience {
  readonly #clock: Clock;
  #sinceMs: number | undefined;
  #code: ErrorCode | undefined;
  #pauseMs = firstMs;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * What to do about the error that ended a try: how long to pause before the next one, or null where it is final.
   * `hadContact`: the host has answered the job before; one that never did may have a wrong address, which is told at once.
   */
  after(thrown: unknown, attempt: { hadContact: boolean; startedMs: number }): Pause | null {
    if (!(thrown instanceof AppError) || !passing.has(thrown.code)) return null;
    if (!attempt.hadContact && thrown.code !== 'ssh.connection-lost') return null;
    const nowMs = this.#clock.now().getTime();
    if (this.#sinceMs === undefined || nowMs - attempt.startedMs > progressMs) {
      this.#sinceMs = nowMs;
      this.#code = undefined;
      this.#pauseMs = firstMs;
    }
    if (nowMs - this.#sinceMs >= limitMs) return null;
    const pause = {
      error: thrown,
      sinceMs: this.#sinceMs,
      pauseMs: this.#pauseMs,
      isNew: this.#code !== thrown.code,
    };
    this.#code = thrown.code;
    this.#pauseMs = Math.min(longestMs, this.#pauseMs * 2);
    return pause;
  }
}
