import { deadlineSignal } from '@/server/clock/deadline';
import { AppError } from '@/server/errors/app-error';

export interface Waiting {
  readonly timeoutMs: number;
  /** What somebody is to do when the time is over, in a sentence. */
  readonly hint: string;
  /** Ends the call as well: who waited is gone. */
  readonly signal?: AbortSignal | undefined;
}

/** Ends what engines of a swarm are asked for when it takes too long. Throws swarm.refused then. */
export async function inTime<T>(
  { timeoutMs, hint, signal }: Waiting,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = deadlineSignal(timeoutMs);
  try {
    return await call(signal ? AbortSignal.any([signal, deadline]) : deadline);
  } catch (error) {
    if (!deadline.aborted || error instanceof AppError || signal?.aborted === true) throw error;
    throw new AppError({
      code: 'swarm.refused',
      public: `The swarm did not answer within ${timeoutMs / 1000} s. ${hint}`,
      cause: error,
    });
  }
}
