import 'server-only';
import { forgiveAttempt, takeAttempt } from '@/server/auth/attempt-limit';
import { verifyPassword } from '@/server/auth/password';
import { sessionLifetime } from '@/server/auth/session-lifetime';
import { AppError } from '@/server/errors/app-error';
import { recordForUser } from '@/server/operations/audit/record-for-user';
import type { RequestContext } from '@/server/operations/team-context';

export interface SignInContext extends RequestContext {
  readonly userAgent: string | undefined;
  /** Runs work after the answer has gone out. */
  readonly afterResponse: (work: () => Promise<void>) => void;
}

const userAgentMax = 300;

/**
 * Proves a password and opens a session. Every attempt counts against the account and the address; a right password takes
 * its own count back. An unknown account and a wrong password take the same time and give the same answer.
 * Throws auth.too-many-attempts, auth.credentials-rejected.
 */
export async function signIn(
  ctx: SignInContext,
  { email, password }: { email: string; password: string },
): Promise<{ sessionId: string }> {
  const { runtime, address, requestId, userAgent } = ctx;
  const { prisma } = runtime.database;
  await takeAttempt(runtime, { email, address });
  const user = await prisma.user.findUnique({
    where: { email },
    select: { id: true, name: true, email: true, password: { select: { hash: true } } },
  });
  const isRight = await verifyPassword(user?.password?.hash, password);
  if (!user || !isRight) {
    // Told after the answer: only a known account has teams to tell it to, and that must not show in the time.
    if (user) ctx.afterResponse(() => recordRefusal(ctx, user));
    throw new AppError({
      code: 'auth.credentials-rejected',
      public: 'The email address or the password is wrong. Check both and try again.',
    });
  }
  await forgiveAttempt(runtime, { email, address });
  const now = runtime.clock.now();
  return prisma.$transaction(async (tx) => {
    await tx.session.deleteMany({
      where: { userId: user.id, OR: [{ expiresAt: { lt: now } }, { revokedAt: { not: null } }] },
    });
    const session = await tx.session.create({
      data: {
        userId: user.id,
        createdAt: now,
        lastSeenAt: now,
        expiresAt: new Date(now.getTime() + sessionLifetime.totalMs),
        address: address ?? null,
        userAgent: userAgent?.slice(0, userAgentMax) ?? null,
      },
      select: { id: true },
    });
    await recordForUser(
      tx,
      { user, address, requestId },
      {
        action: 'session.started',
        target: { type: 'user', id: user.id, name: user.name },
      },
    );
    return { sessionId: session.id };
  });
}

const recordRefusal = ({ runtime, address, requestId }: SignInContext, user: { id: string; name: string }) =>
  runtime.database.prisma.$transaction((tx) =>
    recordForUser(
      tx,
      { user, address, requestId, isByUser: false },
      {
        action: 'session.refused',
        target: { type: 'user', id: user.id, name: user.name },
      },
    ),
  );
