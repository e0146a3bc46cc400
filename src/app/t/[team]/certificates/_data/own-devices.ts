import type { CertificateRow } from './types';

type Own = Pick<CertificateRow, 'id' | 'deviceName' | 'state' | 'issuedAt'>;

const isLive = ({ state }: Own) => state === 'active' || state === 'suspended';

/**
 * What a member's devices hold: every certificate that can be used or resumed, and of a device without one the latest, which
 * says why the device gets in nowhere. By device, the newest first within one. Pure.
 */
export function currentCertificates<T extends Own>(certificates: readonly T[]): T[] {
  const sorted = [...certificates].sort(
    (a, b) => (a.deviceName ?? '').localeCompare(b.deviceName ?? '') || b.issuedAt.getTime() - a.issuedAt.getTime(),
  );
  return sorted.filter((certificate, index) => {
    if (isLive(certificate)) return true;
    const ofDevice = sorted.filter(({ deviceName }) => deviceName === certificate.deviceName);
    return !ofDevice.some(isLive) && sorted.indexOf(ofDevice[0] as T) === index;
  });
}

/** From two thirds of its life on a certificate is due for renewal; one that is expired or revoked is made anew. Pure. */
export const isDueForRenewal = ({ state, renewableFrom }: Pick<CertificateRow, 'state' | 'renewableFrom'>, now: Date) =>
  state === 'active' && renewableFrom <= now;

/** Whether a later certificate of the same device can be used: then this one is the former, and is not renewed again. Pure. */
export const isReplaced = (certificate: Own, certificates: readonly Own[]): boolean =>
  certificates.some(
    (other) =>
      other.deviceName === certificate.deviceName && other.state === 'active' && other.issuedAt > certificate.issuedAt,
  );
