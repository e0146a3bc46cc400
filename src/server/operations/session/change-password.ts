import 'server-only';
import { forgiveAttempt, takeAttempt } from '@/server/auth/attempt-limit';
import { hashPassword, verifyPassword } from '@/server/auth/password';
import { AppError } from '@/server/errors/app-error';
import { recordForUser } from '@/server/operations/audit/record-for-user';

import type { AccountContext } from './account-context';

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/**
 * Changes the caller's password and ends all other sessions: whoever had the old password is out. A wrong current password
 * counts as an attempt to sign in. Throws auth.too-many-attempts, auth.credentials-rejected (field currentPassword).
 */
export async function changePassword(
  ctx: AccountContext,
  { currentPassword, newPassword }: PasswordChange,
): Promise<{ endedSessions: number }> {
  const { runtime, signedIn, address, requestId } = ctx;
  const { user, sessionId } = signedIn;
  const { prisma } = runtime.database;
  await takeAttempt(runtime, { email: user.email, address });
  const row = await prisma.userPassword.findUnique({ where: { userId: user.id }, select: { hash: true } });
  if (!(await verifyPassword(row?.hash, currentPassword))) {
    const sentence = 'This is not your current password.';
    throw new AppError({
      code: 'auth.credentials-rejected',
      public: sentence,
      fieldErrors: { currentPassword: sentence },
    });
  }
  await forgiveAttempt(runtime, { email: user.email, address });
  const hash = await hashPassword(newPassword);
  const now = runtime.clock.now();
  return prisma.$transaction(async (tx) => {
    await tx.userPassword.update({
      where: { userId: user.id },
      data: { hash, changedAt: now },
      select: { userId: true },
    });
    const { count } = await tx.session.updateMany({
      where: { userId: user.id, id: { not: sessionId }, revokedAt: null },
      data: { revokedAt: now },
    });
    await recordForUser(
      tx,
      { user, address, requestId },
      {
        action: 'user.password-changed',
        target: { type: 'user', id: user.id, name: user.name },
        after: { endedSessions: count },
      },
    );
    return { endedSessions: count };
  });
}
