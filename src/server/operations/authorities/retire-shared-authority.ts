import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { changeAdmission } from '@/server/operations/admission/change-admission';
import type { TeamContext } from '@/server/operations/team-context';

import { subjectOf } from './list-authorities';
import { retireClientAuthority } from './retire-client-authority';

/**
 * Ends the trust in a shared client CA, once everyone has moved to a CA of their own: its certificates are revoked and no
 * machine lets them in any more. Other CAs are retired by a rotation. Throws authority.not-found, rotation.wrong-phase.
 */
export async function retireSharedAuthority(
  ctx: TeamContext,
  { authorityId }: { readonly authorityId: string },
): Promise<{ changeId: string | null }> {
  const { runtime, actor } = ctx;
  const { changeId } = await changeAdmission(ctx, async (tx) => {
    const authority = await tx.authority.findFirst({
      where: { id: authorityId, teamId: actor.teamId },
      select: { id: true, teamId: true, membershipId: true, shared: true, retiredAt: true, certificatePem: true },
    });
    if (!authority) throw new AppError({ code: 'authority.not-found', public: 'There is no such CA in this team.' });
    if (!authority.shared) {
      throw new AppError({
        code: 'rotation.wrong-phase',
        public: 'Only a shared client CA is retired by itself. Start a rotation to replace this one.',
      });
    }
    if (authority.retiredAt) {
      throw new AppError({ code: 'rotation.wrong-phase', public: 'This CA is retired already.' });
    }
    const { fingerprints, machineIds } = await retireClientAuthority(runtime, tx, authority);
    const subject = subjectOf(authority.certificatePem);
    await recordAudit(tx, actor, {
      action: 'authority.retired',
      target: { type: 'authority', id: authorityId, name: subject },
      after: { revoked: [...fingerprints] },
    });
    const change = { kind: 'revoke' as const, subject, reason: 'superseded', fingerprints, machineIds };
    return { result: null, change: machineIds.length > 0 ? change : null };
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
  return { changeId };
}
