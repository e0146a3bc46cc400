'use client';

import { useTranslations } from 'next-intl';

import { Mono } from '@/app/_ui/mono';
import { revocationReasons } from '@/lib/revocation';

/** A reason of RFC 5280 in words. A certificate on hold has one that is not offered for a revocation. */
export function ReasonName({ reason }: { readonly reason: string }) {
  const t = useTranslations('certificates.reasons');
  const known = revocationReasons.find((candidate) => candidate === reason);
  if (known) return <>{t(`${known}.name`)}</>;
  return reason === 'certificateHold' ? <>{t('certificateHold')}</> : <Mono>{reason}</Mono>;
}
