import 'server-only';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { recordForUser } from '@/server/operations/audit/record-for-user';
import type { AccountContext } from '@/server/operations/session/account-context';
import type { RequestContext } from '@/server/operations/team-context';

/** Signs a browser out: its session row is ended, so that a copy of its cookie is worth nothing. Unknown ids do nothing. */
export async function signOut({ runtime, address, requestId }: RequestContext, sessionId: string): Promise<void> {
  await runtime.database.prisma.$transaction(async (tx) => {
    const session = await tx.session.findFirst({
      where: { id: sessionId, revokedAt: null },
      select: { id: true, user: { select: { id: true, name: true } } },
    });
    if (!session) return;
    await tx.session.update({
      where: { id: session.id },
      data: { revokedAt: runtime.clock.now() },
      select: { id: true },
    });
    await recordForUser(
      tx,
      { user: session.user, address, requestId },
      {
        action: 'session.ended',
        target: { type: 'user', id: session.user.id, name: session.user.name },
      },
    );
  });
}

const end = async (ctx: AccountContext, where: { id: string | { not: string } }): Promise<number> => {
  const { runtime, signedIn, address, requestId } = ctx;
  const { user } = signedIn;
  return runtime.database.prisma.$transaction(async (tx: Transaction) => {
    const { count } = await tx.session.updateMany({
      where: { ...where, userId: user.id, revokedAt: null },
      data: { revokedAt: runtime.clock.now() },
    });
    if (count > 0) {
      await recordForUser(
        tx,
        { user, address, requestId },
        {
          action: 'session.ended',
          target: { type: 'user', id: user.id, name: user.name },
          after: { sessions: count },
        },
      );
    }
    return count;
  });
};

/** Ends one of the caller's own sessions. Throws session.not-found. */
export async function endSession(ctx: AccountContext, { id }: { id: string }): Promise<void> {
  if ((await end(ctx, { id })) > 0) return;
  throw new AppError({ code: 'session.not-found', public: 'This session has ended already, or it is not yours.' });
}

/** Ends all of the caller's sessions but the one that asks. */
export const endOtherSessions = async (ctx: AccountContext): Promise<{ ended: number }> => ({
  ended: await end(ctx, { id: { not: ctx.signedIn.sessionId } }),
});
