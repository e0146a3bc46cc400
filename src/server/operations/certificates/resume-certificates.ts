import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError, invariant } from '@/server/errors/app-error';
import { changeAdmission } from '@/server/operations/admission/change-admission';
import type { TeamContext } from '@/server/operations/team-context';

import { getTakeable, machinesAdmittingAny, membersOf, subjectOfAll } from './takeable-certificates';
import { tellHolders } from './tell-holders';

/**
 * Gives suspended certificates back. Gates admit them again at once; for an engine without a gate the holder renews them,
 * because it was made to forget the CA that signed them. Throws certificate.not-found, certificate.wrong-state.
 */
export async function resumeCertificates(
  ctx: TeamContext,
  { ids }: { readonly ids: readonly string[] },
): Promise<{ changeId: string }> {
  const { actor } = ctx;
  const { changeId } = await changeAdmission(ctx, async (tx) => {
    const found = await getTakeable(tx, ctx, ids);
    const back = await tx.certificate.updateManyAndReturn({
      where: { id: { in: found.map(({ id }) => id) }, status: 'suspended' },
      data: { status: 'active', revokedAt: null, reason: null, comment: null },
      select: { id: true },
    });
    const certificates = found.filter(({ id }) => back.some((row) => row.id === id));
    if (certificates.length === 0) {
      const sentence = 'Nothing to resume: only a certificate that is suspended can be.';
      throw new AppError({ code: 'certificate.wrong-state', public: sentence });
    }
    const membershipIds = membersOf(certificates);
    const admitting = await machinesAdmittingAny(tx, { teamId: actor.teamId, membershipIds });
    const gates = await tx.machine.findMany({
      where: { id: { in: admitting }, OR: [{ enforcement: 'gate' }, { enforcementWanted: 'gate' }] },
      select: { id: true },
    });
    const subject = subjectOfAll(certificates);
    await recordAudit(tx, actor, {
      action: 'certificate.resumed',
      target: { type: 'certificate', name: subject, ...(certificates.length === 1 && { id: back[0]?.id ?? '' }) },
      after: { serials: certificates.map(({ serial }) => serial) },
    });
    await tellHolders(ctx, tx, { certificates, kind: 'resumed' });
    const [holder, ...others] = membershipIds;
    return {
      result: null,
      change: {
        kind: 'resume',
        subject,
        ...(holder !== undefined && others.length === 0 && { membershipId: holder }),
        fingerprints: certificates.map(({ fingerprint }) => fingerprint),
        machineIds: gates.map((machine) => machine.id),
      },
    };
  });
  invariant(changeId, 'a change without a receipt');
  return { changeId };
}
