import 'server-only';
import type { Prisma } from '@/server/db/generated/client';
import type { Runtime } from '@/server/runtime';

import { findSessionId } from './session-cookie';
import { isSessionAlive, sessionLifetime } from './session-lifetime';
import type { SignedIn } from './signed-in';

const sessionSelect = {
  id: true,
  expiresAt: true,
  lastSeenAt: true,
  revokedAt: true,
  user: { select: { id: true, name: true, email: true } },
} as const satisfies Prisma.SessionSelect;

/**
 * Reads the session of a request; null when there is none, or it has expired or been ended. The cookie names the row, the
 * row decides. Notes on the row that it was seen, at most every five minutes.
 */
export async function findSignedIn(runtime: Runtime, headers: Headers): Promise<SignedIn | null> {
  const sessionId = await findSessionId(runtime, headers);
  if (!sessionId) return null;
  const { prisma } = runtime.database;
  const session = await prisma.session.findUnique({ where: { id: sessionId }, select: sessionSelect });
  const now = runtime.clock.now();
  if (!session || !isSessionAlive(session, now)) return null;
  if (now.getTime() - session.lastSeenAt.getTime() >= sessionLifetime.noteSeenEveryMs) {
    await prisma.session.updateMany({ where: { id: session.id, revokedAt: null }, data: { lastSeenAt: now } });
  }
  return { sessionId: session.id, user: session.user };
}
