/** A duration for a sentence: tenths below three seconds, whole seconds above. */
export const seconds = (ms: number) => `${ms < 3000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)} s`;

/** A deadline that several steps share: each call tells how many milliseconds are left, at least one. */
export function deadlineIn(timeoutMs: number): () => number {
  const startedAt = performance.now();
  return () => Math.max(1, timeoutMs - (performance.now() - startedAt));
}

export interface Settle<T> {
  readonly done: (value: T) => void;
  readonly fail: (reason: Error) => void;
}

export interface Attempt<T> {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Makes the error for the deadline, at the deadline, so that it can tell how far the attempt came. */
  readonly timeout: () => Error;
  /** Starts the work and returns what lets go of it when the deadline or an abort ends it early. */
  readonly begin: (settle: Settle<T>) => () => void;
}

/** One piece of event-driven work with exactly one end: its own, the deadline's, or the signal's (with its reason). */
export function attempt<T>({ signal, timeoutMs, timeout, begin }: Attempt<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    let letGo: (() => void) | undefined;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = () =>
      end(() => {
        letGo?.();
        reject(signal.reason as Error);
      });
    const timer = setTimeout(() => {
      end(() => {
        const reason = timeout();
        letGo?.();
        reject(reason);
      });
    }, timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    letGo = begin({
      done: (value) => end(() => resolve(value)),
      fail: (reason) => end(() => reject(reason)),
    });
  });
}
