import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';
import { assertRoleWithin } from '@/server/operations/team/member-rules';

import { openInvitations } from './invitation-rows';

/** Takes an invitation back: its link is worth nothing from now on. Throws invitation.not-found, auth.forbidden. */
export async function revokeInvitation({ runtime, actor, db }: TeamContext, { id }: { id: string }): Promise<void> {
  const now = runtime.clock.now();
  await db.$transaction(async (tx) => {
    const invitation = await tx.invitation.findFirst({
      where: { id, ...openInvitations(now) },
      select: { id: true, email: true, role: true },
    });
    if (!invitation) throw notFound();
    assertRoleWithin(actor, invitation.role);
    const { count } = await tx.invitation.updateMany({
      where: { id, ...openInvitations(now) },
      data: { revokedAt: now },
    });
    if (count === 0) throw notFound();
    await recordAudit(tx, actor, {
      action: 'member.invitation-revoked',
      target: { type: 'invitation', id, name: invitation.email ?? 'anyone with the link' },
      before: { role: invitation.role },
    });
  });
}

const notFound = () =>
  new AppError({
    code: 'invitation.not-found',
    public: 'This invitation was used, has expired, or was taken back already.',
  });
