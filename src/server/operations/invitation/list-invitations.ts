import 'server-only';
import type { Role } from '@/lib/role';
import type { TeamContext } from '@/server/operations/team-context';

import { openInvitations } from './invitation-rows';

export interface InvitationRow {
  readonly id: string;
  readonly email: string | null;
  readonly role: Role;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Who invited; null once that account is gone. */
  readonly invitedBy: string | null;
}

/** The invitations that can still be used, the newest first. */
export async function listInvitations({ runtime, db }: TeamContext): Promise<readonly InvitationRow[]> {
  const rows = await db.invitation.findMany({
    where: openInvitations(runtime.clock.now()),
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: { id: true, email: true, role: true, createdAt: true, expiresAt: true, createdById: true },
  });
  const users = await runtime.database.prisma.user.findMany({
    where: { id: { in: rows.map((row) => row.createdById) } },
    select: { id: true, name: true },
  });
  const names = new Map(users.map((user) => [user.id, user.name]));
  return rows.map(({ createdById, ...row }) => ({ ...row, invitedBy: names.get(createdById) ?? null }));
}
