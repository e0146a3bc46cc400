import 'server-only';
import { type Role, roleReaches } from '@/lib/role';
import type { Actor } from '@/server/audit/actor';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';

/** One change of a team's members at a time, so that two owners cannot remove each other. Until the transaction ends. */
export const lockMembers = (tx: Transaction, teamId: string) =>
  tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`members:${teamId}`}, 0))`;

const memberSelect = {
  id: true,
  role: true,
  suspendedAt: true,
  user: { select: { id: true, name: true, email: true } },
} as const satisfies Prisma.MembershipSelect;

/** A member of the team. Throws member.not-found. */
export async function getMember(tx: Pick<Transaction, 'membership'>, id: string) {
  const member = await tx.membership.findFirst({ where: { id }, select: memberSelect });
  if (member) return member;
  throw new AppError({ code: 'member.not-found', public: 'This member is not in the team, or was removed meanwhile.' });
}

/** Nobody gives, changes or takes a role above their own. Throws auth.forbidden. */
export function assertRoleWithin(actor: Pick<Actor, 'role'>, role: Role): void {
  if (roleReaches(actor.role, role)) return;
  throw new AppError({
    code: 'auth.forbidden',
    public: `The role ${role} is above yours (${actor.role}). Ask somebody who has it.`,
  });
}

/** A team keeps an owner who is not suspended. Call it under lockMembers, before an owner's role is taken. Throws member.last-owner. */
export async function assertOtherOwner(tx: Transaction, membershipId: string): Promise<void> {
  const others = await tx.membership.count({ where: { role: 'owner', suspendedAt: null, id: { not: membershipId } } });
  if (others > 0) return;
  throw new AppError({
    code: 'member.last-owner',
    public: 'This is the last owner of the team, and a team needs one. Make somebody else owner first.',
  });
}
