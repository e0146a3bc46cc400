import type { CertificateRow } from './types';

/** Of the fingerprint, what is enough to tell two certificates apart by eye: the first eight bytes. Pure. */
export const shortFingerprint = (fingerprint: string): string =>
  fingerprint.includes(':') ? fingerprint.split(':').slice(0, 8).join(':') : fingerprint.slice(0, 16);

/** What people call it: the device that keeps it, or the machine that serves with it. Pure. */
export const certificateName = (certificate: Pick<CertificateRow, 'deviceName' | 'machine' | 'subject'>): string =>
  certificate.deviceName ?? certificate.machine?.name ?? certificate.subject;

/** In a sentence about it: "ana@example.org on laptop". Pure. */
export const certificateSubject = (
  certificate: Pick<CertificateRow, 'deviceName' | 'machine' | 'subject' | 'holderEmail'>,
): string =>
  certificate.holderEmail === null
    ? certificateName(certificate)
    : `${certificate.holderEmail} · ${certificateName(certificate)}`;
