import { AppError } from '@/server/errors/app-error';

/** Ends a call to a provider that takes longer than somebody waits for in front of a page. Throws driver.unreachable then. */
export async function within<T>(timeoutMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await call(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new AppError({
      code: 'driver.unreachable',
      public: `The provider did not answer within ${timeoutMs / 1000} s.`,
      cause: error,
    });
  }
}
