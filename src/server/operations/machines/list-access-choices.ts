import 'server-only';
import { roleReaches } from '@/lib/role';
import type { TeamContext } from '@/server/operations/team-context';
import { may } from '@/server/policies/may';

/** A member who can be given a new machine. */
export interface AccessChoice {
  readonly membershipId: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'owner' | 'admin' | 'member' | 'viewer';
  readonly isMe: boolean;
  /** Given the machine unless the creator decides otherwise: the creator, every admin and every owner. */
  readonly isDefault: boolean;
}

/** Everybody of the team who may hold client certificates, the caller first, then by name. */
export async function listAccessChoices({ db, actor }: TeamContext): Promise<readonly AccessChoice[]> {
  const memberships = await db.membership.findMany({
    select: { id: true, role: true, user: { select: { name: true, email: true } } },
    orderBy: [{ user: { name: 'asc' } }, { id: 'asc' }],
  });
  const choices = memberships
    .filter((membership) => may(membership, 'certificate.issue'))
    .map(({ id, role, user }) => {
      const isMe = id === actor.membershipId;
      return { membershipId: id, ...user, role, isMe, isDefault: isMe || roleReaches(role, 'admin') };
    });
  return choices.sort((a, b) => Number(b.isMe) - Number(a.isMe));
}
