import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';

import { certificateSelect, renewalOpens } from './certificate-rows';
import { assertOriginAllowed, type KeyOrigin } from './issue-client-certificate';
import { type BesideSigning, type IssuedToMember, signForCaller } from './sign-for-member';
import { getTakeable, subjectOfAll, type TakeableCertificate } from './takeable-certificates';

export interface RenewalInput {
  readonly id: string;
  /** For a new key, or for the one that it has. */
  readonly csrPem: string;
  readonly origin: KeyOrigin;
  /** What becomes of the former certificate. */
  readonly former: 'keep' | 'revoke';
}

/**
 * Signs a new certificate for the device of one of the caller's own: from two thirds of its life on, and after its end. Nobody
 * renews another's, because its key would then be in the wrong hands: an admin makes a link instead. The former one is revoked
 * as superseded, if wanted, in the same transaction: gates and lists refuse it from then on. An engine without a gate knows CAs
 * alone and goes on accepting it until it ends, because both are the same member's and a restart would cost everybody more.
 * Throws certificate.not-found, certificate.wrong-state, auth.forbidden, and what issueClientCertificate throws.
 */
export async function renewCertificate(ctx: TeamContext, input: RenewalInput): Promise<IssuedToMember> {
  await assertOriginAllowed(ctx, input.origin);
  const { actor, db } = ctx;
  const [certificate] = await getTakeable(db, ctx, [input.id]);
  if (certificate?.membership?.id !== actor.membershipId) {
    throw new AppError({
      code: 'auth.forbidden',
      public: 'Only its holder renews a certificate. Make a link, by which the holder makes a new key.',
    });
  }
  await assertRenewable(ctx, certificate);
  const deviceName = certificate.deviceName ?? certificate.device?.name ?? 'device';
  const beside = input.former === 'revoke' ? supersede(ctx, certificate) : undefined;
  return signForCaller(ctx, { deviceName, csrPem: input.csrPem }, beside);
}

async function assertRenewable({ runtime, db }: TeamContext, { id, status }: TakeableCertificate): Promise<void> {
  if (status !== 'active') {
    throw new AppError({
      code: 'certificate.wrong-state',
      public: `A ${status} certificate cannot be renewed. Make a new one for the device instead.`,
    });
  }
  const dates = await db.certificate.findUniqueOrThrow({ where: { id }, select: certificateSelect });
  const opens = renewalOpens(dates);
  if (runtime.clock.now() >= opens) return;
  throw new AppError({
    code: 'certificate.wrong-state',
    public: `This certificate can be renewed from ${opens.toISOString()} on. If its key is lost, make a new one now.`,
  });
}

const supersede =
  (ctx: TeamContext, former: TakeableCertificate): BesideSigning =>
  async (tx, issued) => {
    const now = ctx.runtime.clock.now();
    const { count } = await tx.certificate.updateMany({
      where: { id: former.id, status: 'active' },
      data: { status: 'revoked', revokedAt: now, reason: 'superseded' },
    });
    if (count === 0) {
      throw new AppError({
        code: 'certificate.wrong-state',
        public: 'The certificate was changed at this very moment.',
      });
    }
    await recordAudit(tx, ctx.actor, {
      action: 'certificate.superseded',
      target: { type: 'certificate', id: former.id, name: subjectOfAll([former]) },
      after: { serial: former.serial, by: issued.id },
    });
    return { reason: 'superseded', fingerprints: [former.fingerprint] };
  };
