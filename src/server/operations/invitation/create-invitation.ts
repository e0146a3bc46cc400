import 'server-only';
import { paths } from '@/lib/paths';
import type { Role } from '@/lib/role';
import { recordAudit } from '@/server/audit/record-audit';
import { hashOneTimeToken, makeOneTimeToken } from '@/server/auth/one-time-token';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';
import { assertRoleWithin } from '@/server/operations/team/member-rules';

import { invitationLifetimeMs } from './invitation-rows';

export interface InvitationInput {
  readonly role: Role;
  /** Only this address may use the link. */
  readonly email?: string | undefined;
}

export interface NewInvitation {
  readonly id: string;
  /** The link's path. It is told here and never again: the console keeps a hash of its secret. */
  readonly path: string;
  readonly expiresAt: Date;
}

/** Makes an invitation link, valid for 7 days and one person. Throws auth.forbidden (a role above one's own), member.already. */
export async function createInvitation(
  { runtime, actor, db }: TeamContext,
  { role, email }: InvitationInput,
): Promise<NewInvitation> {
  assertRoleWithin(actor, role);
  const now = runtime.clock.now();
  const token = makeOneTimeToken();
  const expiresAt = new Date(now.getTime() + invitationLifetimeMs);
  return db.$transaction(async (tx) => {
    if (email !== undefined && (await tx.membership.count({ where: { user: { email } } })) > 0) {
      const sentence = 'This address belongs to a member of the team already.';
      throw new AppError({ code: 'member.already', public: sentence, fieldErrors: { email: sentence } });
    }
    const invitation = await tx.invitation.create({
      data: {
        teamId: actor.teamId,
        role,
        email: email ?? null,
        tokenHash: hashOneTimeToken(token),
        createdById: actor.userId,
        createdAt: now,
        expiresAt,
      },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: 'member.invited',
      target: { type: 'invitation', id: invitation.id, name: email ?? 'anyone with the link' },
      after: { role, expiresAt: expiresAt.toISOString(), ...(email !== undefined && { email }) },
    });
    return { id: invitation.id, path: paths.invitation(token), expiresAt };
  });
}
