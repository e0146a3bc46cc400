import 'server-only';
import type { Role } from '@/lib/role';
import type { TeamContext } from '@/server/operations/team-context';

export interface MemberRow {
  /** The membership's. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly joinedAt: Date;
  /** In any team; null where no session is left that tells. */
  readonly lastSeenAt: Date | null;
  /** Since when the team refuses them; null for most. */
  readonly suspendedAt: Date | null;
  readonly isYou: boolean;
}

/** The members of the team, by name. */
export async function listMembers({ runtime, actor, db }: TeamContext): Promise<readonly MemberRow[]> {
  const rows = await db.membership.findMany({
    orderBy: [{ user: { name: 'asc' } }, { id: 'asc' }],
    select: {
      id: true,
      role: true,
      createdAt: true,
      suspendedAt: true,
      user: { select: { id: true, name: true, email: true } },
    },
  });
  const seen = await runtime.database.prisma.session.groupBy({
    by: ['userId'],
    where: { userId: { in: rows.map((row) => row.user.id) } },
    _max: { lastSeenAt: true },
  });
  const lastSeen = new Map(seen.map((row) => [row.userId, row._max.lastSeenAt]));
  return rows.map(({ id, role, createdAt, suspendedAt, user }) => ({
    id,
    name: user.name,
    email: user.email,
    role,
    joinedAt: createdAt,
    lastSeenAt: lastSeen.get(user.id) ?? null,
    suspendedAt,
    isYou: id === actor.membershipId,
  }));
}
