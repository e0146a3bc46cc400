import { deadlineSignal } from '@/server/clock/deadline';
import { AppError } from '@/server/errors/app-error';

export interface Waiting {
  /** Ends the call as well: who waited is gone. */
  readonly signal?: AbortSignal | undefined;
  /** What somebody is to do then, in a sentence. */
  readonly hint?: string;
}

/** Ends a call to a provider that takes longer than somebody waits for in front of a page. Throws driver.unreachable then. */
export async function within<T>(
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<T>,
  { signal, hint }: Waiting = {},
): Promise<T> {
  const deadline = deadlineSignal(timeoutMs);
  try {
    return await call(signal ? AbortSignal.any([signal, deadline]) : deadline);
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new AppError({
      code: 'driver.unreachable',
      public: `The provider did not answer within ${timeoutMs / 1000} s.${hint === undefined ? '' : ` ${hint}`}`,
      cause: error,
    });
  }
}
