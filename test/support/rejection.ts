import { TRPCError } from '@trpc/server';

import { AppError } from '@/server/errors/app-error';

/** The catalogue code and field errors with which a call is refused; fails the test when it is not refused. */
export async function rejection(
  call: Promise<unknown>,
): Promise<{ code: string; fieldErrors: Record<string, string> }> {
  try {
    await call;
  } catch (error) {
    const cause = error instanceof TRPCError ? error.cause : error;
    if (cause instanceof AppError) return { code: cause.code, fieldErrors: { ...cause.fieldErrors } };
    throw error;
  }
  throw new Error('the call was not refused');
}
