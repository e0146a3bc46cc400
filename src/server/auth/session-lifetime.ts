const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** How long a session lasts at most, and how long without any request. In milliseconds. */
export const sessionLifetime = { totalMs: 30 * dayMs, idleMs: 7 * dayMs, noteSeenEveryMs: 5 * minuteMs } as const;

export interface SessionTimes {
  readonly expiresAt: Date;
  readonly lastSeenAt: Date;
  readonly revokedAt: Date | null;
}

/** False once a session was ended, is too old, or was not used for too long. Pure. */
export const isSessionAlive = (session: SessionTimes, now: Date): boolean =>
  session.revokedAt === null &&
  now < session.expiresAt &&
  now.getTime() - session.lastSeenAt.getTime() < sessionLifetime.idleMs;

/** The same rule as a database condition. Pure. */
export const aliveSessions = (now: Date) => ({
  revokedAt: null,
  expiresAt: { gt: now },
  lastSeenAt: { gt: new Date(now.getTime() - sessionLifetime.idleMs) },
});
