import 'server-only';
import { aliveSessions } from '@/server/auth/session-lifetime';
import type { Transaction } from '@/server/db/database';

/** Somebody whom a team takes out. */
export interface TakenOut {
  readonly userId: string;
  readonly teamId: string;
  readonly now: Date;
}

/** How many sessions there are to end; none where the person has another team: then they are not this team's to end. */
export interface SessionsToEnd {
  readonly sessions: number;
  readonly sessionsKept: boolean;
}

type Db = Pick<Transaction, 'session' | '$queryRaw'>;

// In plain SQL, because a team's own door hides the memberships of other teams, and a second client would wait for this one.
const belongsElsewhere = async (db: Db, { userId, teamId }: TakenOut): Promise<boolean> => {
  const others = await db.$queryRaw<unknown[]>`
    select 1 from "Membership" where "userId" = ${userId} and "teamId" <> ${teamId} limit 1`;
  return others.length > 0;
};

export async function countSessionsToEnd(db: Db, of: TakenOut): Promise<SessionsToEnd> {
  if (await belongsElsewhere(db, of)) return { sessions: 0, sessionsKept: true };
  const sessions = await db.session.count({ where: { userId: of.userId, ...aliveSessions(of.now) } });
  return { sessions, sessionsKept: false };
}

/** Signs a person out of every browser, where this was their only team. */
export async function endSessionsOf(tx: Db, of: TakenOut): Promise<SessionsToEnd> {
  if (await belongsElsewhere(tx, of)) return { sessions: 0, sessionsKept: true };
  const { count } = await tx.session.updateMany({
    where: { userId: of.userId, ...aliveSessions(of.now) },
    data: { revokedAt: of.now },
  });
  return { sessions: count, sessionsKept: false };
}
