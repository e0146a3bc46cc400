import { AppError } from '@/server/errors/app-error';

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface ValidityRequest {
  readonly now: Date;
  readonly validForDays: number;
  /** The signing CA's own window; absent for a self-signed certificate. */
  readonly issuer?: Validity;
}

/** A host whose clock is slow by up to this much accepts a certificate that was made a moment ago. */
const backDatedMs = 5 * 60_000;
const dayMs = 86_400_000;
const validForDaysMax = 36_500;

/**
 * Computes the validity of a new certificate, to the second: from five minutes before `now` for `validForDays` days,
 * never outside the issuer's own. Throws pki.ca-expired, input.invalid (field validForDays).
 */
export function validityFor({ now, validForDays, issuer }: ValidityRequest): Validity {
  if (!Number.isInteger(validForDays) || validForDays < 1 || validForDays > validForDaysMax) {
    const sentence = `A certificate is valid for a whole number of days from 1 to ${validForDaysMax}.`;
    throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { validForDays: sentence } });
  }
  const notBefore = wholeSeconds(now.getTime() - backDatedMs);
  const notAfter = wholeSeconds(now.getTime() + validForDays * dayMs);
  if (!issuer) return { notBefore, notAfter };
  if (issuer.notAfter.getTime() <= now.getTime()) {
    throw new AppError({
      code: 'pki.ca-expired',
      public: `The CA that should sign expired on ${issuer.notAfter.toISOString()}. Renew it, then try again.`,
    });
  }
  return {
    notBefore: issuer.notBefore > notBefore ? issuer.notBefore : notBefore,
    notAfter: issuer.notAfter < notAfter ? issuer.notAfter : notAfter,
  };
}

const wholeSeconds = (ms: number) => new Date(Math.floor(ms / 1000) * 1000);
