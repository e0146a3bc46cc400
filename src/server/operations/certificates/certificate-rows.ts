import 'server-only';
import { type CertificateState, renewableFrom, stateOfCertificate } from '@/lib/revocation';
import type { Prisma } from '@/server/db/generated/client';

export const certificateSelect = {
  id: true,
  kind: true,
  serial: true,
  fingerprint: true,
  subject: true,
  notBefore: true,
  notAfter: true,
  status: true,
  revokedAt: true,
  reason: true,
  comment: true,
  createdAt: true,
  holderName: true,
  holderEmail: true,
  deviceName: true,
  authority: { select: { retiredAt: true } },
  device: { select: { id: true, name: true } },
  membership: { select: { id: true, user: { select: { name: true, email: true } } } },
  machine: { select: { id: true, name: true } },
  uses: { orderBy: { lastUsedAt: 'desc' }, take: 1, select: { lastUsedAt: true, machine: { select: { name: true } } } },
} as const satisfies Prisma.CertificateSelect;

type StoredCertificate = Prisma.CertificateGetPayload<{ select: typeof certificateSelect }>;

/** A certificate as tables and pages show it. */
export interface CertificateRow extends Pick<
  StoredCertificate,
  | 'id'
  | 'kind'
  | 'serial'
  | 'fingerprint'
  | 'subject'
  | 'holderName'
  | 'holderEmail'
  | 'deviceName'
  | 'device'
  | 'machine'
  | 'notBefore'
  | 'notAfter'
  | 'comment'
> {
  readonly state: CertificateState;
  /** Null once its holder has left the team. */
  readonly membership: { readonly id: string } | null;
  readonly issuedAt: Date;
  /** Two thirds of its life, or earlier where its CA was replaced. */
  readonly renewableFrom: Date;
  /** Since when it is revoked or on hold. */
  readonly revokedAt: Date | null;
  /** RFC 5280's name of the reason. */
  readonly reason: string | null;
  readonly lastUse: { readonly at: Date; readonly machineName: string } | null;
  readonly mine: boolean;
}

/** From when on a certificate may be renewed. Pure. */
export function renewalOpens(certificate: Pick<StoredCertificate, 'notBefore' | 'notAfter' | 'authority'>): Date {
  const regular = renewableFrom(certificate);
  const { retiredAt } = certificate.authority;
  return retiredAt && retiredAt < regular ? retiredAt : regular;
}

export function toCertificateRow(
  certificate: StoredCertificate,
  viewer: { readonly now: Date; readonly membershipId: string },
): CertificateRow {
  const { status, createdAt, membership, uses, authority, ...shown } = certificate;
  const [use] = uses;
  return {
    ...shown,
    // Certificates of before holders were written down.
    holderName: shown.holderName ?? membership?.user.name ?? null,
    holderEmail: shown.holderEmail ?? membership?.user.email ?? null,
    deviceName: shown.deviceName ?? shown.device?.name ?? null,
    membership: membership && { id: membership.id },
    state: stateOfCertificate({ status, notAfter: shown.notAfter }, viewer.now),
    issuedAt: createdAt,
    renewableFrom: renewalOpens({ ...shown, authority }),
    lastUse: use ? { at: use.lastUsedAt, machineName: use.machine.name } : null,
    mine: membership?.id === viewer.membershipId,
  };
}
