import 'server-only';
import { hashOneTimeToken } from '@/server/auth/one-time-token';
import type { Transaction } from '@/server/db/database';
import type { Prisma, PrismaClient } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';

export const invitationLifetimeMs = 7 * 24 * 60 * 60_000;

/** What an invitation needs to be still open, as a database condition. Pure. */
export const openInvitations = (now: Date) => ({ acceptedAt: null, revokedAt: null, expiresAt: { gt: now } });

const offerSelect = {
  id: true,
  email: true,
  role: true,
  expiresAt: true,
  createdById: true,
  team: { select: { id: true, slug: true, name: true, keyBits: true, caValidForDays: true } },
} as const satisfies Prisma.InvitationSelect;

export type Offer = Prisma.InvitationGetPayload<{ select: typeof offerSelect }>;

export const invitationInvalid = () =>
  new AppError({
    code: 'auth.link-invalid',
    public: 'This invitation was used, taken back, or is older than 7 days. Ask an admin of the team for a new link.',
  });

/** The open invitation that a link's token stands for. Throws auth.link-invalid. */
export async function getOffer(db: PrismaClient, { token, now }: { token: string; now: Date }): Promise<Offer> {
  const offer = await db.invitation.findFirst({
    where: { tokenHash: hashOneTimeToken(token), ...openInvitations(now) },
    select: offerSelect,
  });
  if (!offer) throw invitationInvalid();
  return offer;
}

/** Uses the invitation up; of two at once one gets it. Throws auth.link-invalid. */
export async function takeOffer(tx: Transaction, { id }: Pick<Offer, 'id'>, now: Date): Promise<void> {
  const { count } = await tx.invitation.updateMany({
    where: { id, ...openInvitations(now) },
    data: { acceptedAt: now },
  });
  if (count === 0) throw invitationInvalid();
}
