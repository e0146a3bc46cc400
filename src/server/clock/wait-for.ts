import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';

import type { Clock } from './clock';

export interface WaitOptions<T> {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Returns the value when the wait is over, or a sentence that says what is still awaited. */
  readonly poll: () => Promise<{ done: true; value: T } | { done: false; observed: string }>;
  /** Called when what is observed changes, so that a person sees why it takes long. */
  readonly onWaiting?: (observed: string) => void;
  /** Thrown at the deadline, with the last observation in its text. */
  readonly timeout: { readonly code: ErrorCode; readonly what: string };
}

/** The one way to wait for something outside: a deadline, an abort signal, and an error that holds the last observation. */
export async function waitFor<T>(options: WaitOptions<T>): Promise<T> {
  const { clock, signal, everyMs, timeoutMs, poll, onWaiting, timeout } = options;
  const deadline = clock.now().getTime() + timeoutMs;
  let last = '';
  for (;;) {
    signal.throwIfAborted();
    const result = await poll();
    if (result.done) return result.value;
    if (result.observed !== last) {
      last = result.observed;
      onWaiting?.(last);
    }
    if (clock.now().getTime() + everyMs > deadline) {
      throw new AppError({
        code: timeout.code,
        public: `${timeout.what} did not happen within ${Math.round(timeoutMs / 1000)} s. Last seen: ${last}.`,
      });
    }
    await clock.sleep(everyMs, signal);
  }
}
