import { isAwsError } from './errors';

/**
 * Asks whether a call would be allowed, with an input that says `DryRun`. Undefined where Amazon says that it would; the
 * answer where the endpoint of a private cloud has done it all the same. Throws AppError, as the call would.
 */
export async function dryRun<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    // A dry run never succeeds: this is how Amazon says that it would.
    if (isAwsError(error, 'DryRunOperation')) return undefined;
    throw error;
  }
}
