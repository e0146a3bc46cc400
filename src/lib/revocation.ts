/**
 * Why a certificate is revoked: the names of RFC 5280, section 5.3.1, as far as they fit a client certificate. A suspended
 * one is on hold (certificateHold) and may come back.
 */
export const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const;
export type RevocationReason = (typeof revocationReasons)[number];

/** The codes of the CRL entry extension; 7 is not used (RFC 5280, section 5.3.1). */
export const crlReasonCodes: Readonly<Record<RevocationReason | 'certificateHold', number>> = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
};

/** What a member sees of a certificate; active and suspended ones that are past their end are expired. */
export const certificateStates = ['active', 'suspended', 'expired', 'revoked'] as const;
export type CertificateState = (typeof certificateStates)[number];

/** A client certificate may be renewed from two thirds of its life on. Pure. */
export const renewableFrom = ({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }): Date =>
  new Date(notBefore.getTime() + ((notAfter.getTime() - notBefore.getTime()) * 2) / 3);

export const stateOfCertificate = (
  { status, notAfter }: { status: 'active' | 'suspended' | 'revoked'; notAfter: Date },
  now: Date,
): CertificateState => (status === 'revoked' ? 'revoked' : notAfter <= now ? 'expired' : status);
