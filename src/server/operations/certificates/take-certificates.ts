import 'server-only';
import type { RevocationReason } from '@/lib/revocation';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError, invariant } from '@/server/errors/app-error';
import { changeAdmission } from '@/server/operations/admission/change-admission';
import { retireKnownByEngines } from '@/server/operations/pki/retire-tainted';
import type { TeamContext } from '@/server/operations/team-context';

import {
  getTakeable,
  machinesAdmittingAny,
  membersOf,
  subjectOfAll,
  type TakeableCertificate,
} from './takeable-certificates';
import { tellHolders } from './tell-holders';

export interface Taking {
  readonly ids: readonly string[];
  readonly comment?: string | undefined;
}

interface Act {
  readonly kind: 'revoke' | 'suspend';
  readonly action: 'certificate.revoked' | 'certificate.suspended';
  readonly reason: RevocationReason | 'certificateHold';
  readonly status: 'revoked' | 'suspended';
  /** What it can be done to, and the refusal where nothing of that is among them. */
  readonly from: readonly TakeableCertificate['status'][];
  readonly nothing: string;
}

/**
 * Revokes certificates for good: gates refuse them and end what they hold open within a second, engines without a gate get
 * new CAs to trust, lists name them. Those revoked already stay as they are. Throws certificate.not-found,
 * certificate.wrong-state, auth.forbidden.
 */
export const revokeCertificates = (
  ctx: TeamContext,
  { reason, ...taking }: Taking & { readonly reason: RevocationReason },
): Promise<{ changeId: string }> =>
  take(ctx, taking, {
    kind: 'revoke',
    action: 'certificate.revoked',
    reason,
    status: 'revoked',
    from: ['active', 'suspended'],
    nothing: 'Nothing to revoke: it has been done already.',
  });

/** The same until further notice: lists name them as on hold, and resumeCertificates gives them back. */
export const suspendCertificates = (ctx: TeamContext, taking: Taking): Promise<{ changeId: string }> =>
  take(ctx, taking, {
    kind: 'suspend',
    action: 'certificate.suspended',
    reason: 'certificateHold',
    status: 'suspended',
    from: ['active'],
    nothing: 'Nothing to suspend: only a certificate that is active can be.',
  });

async function take(ctx: TeamContext, { ids, comment }: Taking, act: Act): Promise<{ changeId: string }> {
  const { runtime, actor } = ctx;
  const now = runtime.clock.now();
  const { changeId } = await changeAdmission(ctx, async (tx) => {
    const certificates = await lockTakeable(ctx, tx, { ids, act });
    await tx.certificate.updateMany({
      where: { id: { in: certificates.map(({ id }) => id) } },
      data: { status: act.status, revokedAt: now, reason: act.reason, comment: comment ?? null },
    });
    // What was on hold or has ended got in nowhere, so no host has to learn of it.
    const admitted = certificates.filter(({ status, notAfter }) => status === 'active' && notAfter > now);
    const membershipIds = membersOf(admitted);
    const machineIds = await machinesAdmittingAny(tx, { teamId: actor.teamId, membershipIds });
    await retireKnownByEngines(runtime, tx, {
      teamId: actor.teamId,
      authorityIds: admitted.map(({ authorityId }) => authorityId),
    });
    const subject = subjectOfAll(certificates);
    const [first] = certificates;
    await recordAudit(tx, actor, {
      action: act.action,
      target: { type: 'certificate', name: subject, ...(first && certificates.length === 1 && { id: first.id }) },
      after: {
        reason: act.reason,
        serials: certificates.map(({ serial }) => serial),
        ...(comment !== undefined && { comment }),
      },
    });
    await tellHolders(ctx, tx, { certificates, kind: act.action === 'certificate.revoked' ? 'revoked' : 'suspended' });
    const [holder, ...others] = membersOf(certificates);
    return {
      result: null,
      change: {
        kind: act.kind,
        subject,
        reason: act.reason,
        ...(comment !== undefined && { comment }),
        ...(holder !== undefined && others.length === 0 && { membershipId: holder }),
        fingerprints: certificates.map(({ fingerprint }) => fingerprint),
        machineIds,
      },
    };
  });
  invariant(changeId, 'a change without a receipt');
  return { changeId };
}

/** Those that the act applies to, held until the transaction ends. */
async function lockTakeable(ctx: TeamContext, tx: Transaction, { ids, act }: { ids: readonly string[]; act: Act }) {
  await tx.$queryRaw`
    select 1 from "Certificate" where "teamId" = ${ctx.actor.teamId} and "id" = any(${[...ids]}) order by "id" for update`;
  const found = await getTakeable(tx, ctx, ids);
  const certificates = found.filter(({ status }) => act.from.includes(status));
  if (certificates.length > 0) return certificates;
  throw new AppError({ code: 'certificate.wrong-state', public: act.nothing });
}
