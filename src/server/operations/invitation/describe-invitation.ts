import 'server-only';
import type { Role } from '@/lib/role';
import type { RequestContext } from '@/server/operations/team-context';

import { getOffer } from './invitation-rows';

export interface InvitationOffer {
  readonly team: { readonly slug: string; readonly name: string };
  readonly role: Role;
  readonly invitedBy: string | null;
  /** The only address that may use the link; null for whoever holds it. */
  readonly email: string | null;
  readonly expiresAt: Date;
}

/** What an invitation link offers, for whoever opened it. Throws auth.link-invalid. */
export async function describeInvitation(
  { runtime }: Pick<RequestContext, 'runtime'>,
  { token }: { token: string },
): Promise<InvitationOffer> {
  const { prisma } = runtime.database;
  const offer = await getOffer(prisma, { token, now: runtime.clock.now() });
  const inviter = await prisma.user.findUnique({ where: { id: offer.createdById }, select: { name: true } });
  const { team, role, email, expiresAt } = offer;
  return {
    team: { slug: team.slug, name: team.name },
    role,
    invitedBy: inviter?.name ?? null,
    email,
    expiresAt,
  };
}
