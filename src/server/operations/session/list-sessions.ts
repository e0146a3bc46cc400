import 'server-only';
import { aliveSessions } from '@/server/auth/session-lifetime';

import type { AccountContext } from './account-context';

export interface SessionRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** The one that asks. */
  readonly isCurrent: boolean;
}

/** The browsers in which the caller is signed in, the last used first. */
export async function listSessions({ runtime, signedIn }: AccountContext): Promise<readonly SessionRow[]> {
  const rows = await runtime.database.prisma.session.findMany({
    where: { userId: signedIn.user.id, ...aliveSessions(runtime.clock.now()) },
    orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
    select: { id: true, createdAt: true, lastSeenAt: true, expiresAt: true, address: true, userAgent: true },
  });
  return rows.map((row) => ({ ...row, isCurrent: row.id === signedIn.sessionId }));
}
