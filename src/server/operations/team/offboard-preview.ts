import 'server-only';
import { previewMachines, type RevocationPreview } from '@/server/operations/certificates/preview-revocation';
import { countSessionsToEnd } from '@/server/operations/session/end-sessions-of';
import type { TeamContext } from '@/server/operations/team-context';
import { assertMay } from '@/server/policies/may';

import { getMember } from './member-rules';
import { invitationsAround } from './offboarding';

export interface OffboardPreview extends RevocationPreview {
  /** Browser sessions that would be ended. */
  readonly sessions: number;
  /** True where the person has another team, so that only this team's calls are refused. */
  readonly sessionsKept: boolean;
  readonly invitations: number;
}

/** What removeMember would do. Throws member.not-found, auth.forbidden. */
export async function previewOffboarding(
  ctx: TeamContext,
  { memberId }: { readonly memberId: string },
): Promise<OffboardPreview> {
  const { runtime, actor, db } = ctx;
  const isLeaving = memberId === actor.membershipId;
  if (!isLeaving) assertMay(actor, 'member.remove');
  const { user } = await getMember(db, memberId);
  const now = runtime.clock.now();
  const leaver = { membershipId: memberId, userId: user.id, email: user.email, now };
  const certificates = { membershipId: memberId, kind: 'client', status: { not: 'revoked' } } as const;
  const [count, effect, invitations, sessions] = await Promise.all([
    db.certificate.count({ where: certificates }),
    previewMachines(db, { membershipIds: [memberId], certificates }),
    db.invitation.count({ where: invitationsAround(leaver) }),
    isLeaving
      ? { sessions: 0, sessionsKept: true }
      : countSessionsToEnd(db, { userId: user.id, teamId: actor.teamId, now }),
  ]);
  return { certificates: count, ...effect, ...sessions, invitations };
}
