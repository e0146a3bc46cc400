import type { CertificateRow } from './types';

/** Of a serial or a fingerprint, what is enough to tell a team's certificates apart by eye. Pure. */
export const shortHex = (hex: string): string => hex.slice(0, 8);

/** What people call it: the device that keeps it, or the machine that serves with it. Pure. */
export const certificateName = (certificate: Pick<CertificateRow, 'deviceName' | 'machine' | 'subject'>): string =>
  certificate.deviceName ?? certificate.machine?.name ?? commonName(certificate.subject);

/** Of "CN=console, O=harbour" the first part. */
const commonName = (subject: string): string => /^CN=([^,]+)/.exec(subject)?.[1] ?? subject;

/** In a sentence about it: "ana@example.org on laptop". Pure. */
export const certificateSubject = (
  certificate: Pick<CertificateRow, 'deviceName' | 'machine' | 'subject' | 'holderEmail'>,
): string =>
  certificate.holderEmail === null
    ? certificateName(certificate)
    : `${certificate.holderEmail} · ${certificateName(certificate)}`;
