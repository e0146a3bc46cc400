import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import { openInvitations } from '@/server/operations/invitation/invitation-rows';

/** What becomes worth nothing when a member goes, beside their certificates. */
export interface Leaver {
  readonly membershipId: string;
  readonly userId: string;
  readonly email: string;
  readonly now: Date;
}

/** Open invitations that a member made, or that are for their address. */
export const invitationsAround = ({ userId, email, now }: Leaver) =>
  ({
    ...openInvitations(now),
    OR: [{ createdById: userId }, { email }],
  }) as const satisfies Prisma.InvitationWhereInput;

/** Withdraws them. */
export async function withdrawInvitations(tx: Transaction, leaver: Leaver): Promise<number> {
  const { count } = await tx.invitation.updateMany({
    where: invitationsAround(leaver),
    data: { revokedAt: leaver.now },
  });
  return count;
}

/** Withdraws the open reissue links that a member made for others; those for the member go with the membership. */
export async function withdrawReissueLinks(tx: Transaction, { membershipId, userId, now }: Leaver): Promise<number> {
  const { count } = await tx.reissueLink.updateMany({
    where: {
      usedAt: null,
      withdrawnAt: null,
      expiresAt: { gt: now },
      OR: [{ createdById: userId }, { membershipId }],
    },
    data: { withdrawnAt: now },
  });
  return count;
}
