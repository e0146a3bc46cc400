'use client';

import { useTranslations } from 'next-intl';

import { MachineLink } from '@/app/_ui/machine-link';
import { RelativeTime } from '@/app/_ui/relative-time';

import type { CertificateRow } from '../_data/types';

/** When and where a certificate got in last. */
export function LastUse({ team, use }: { readonly team: string; readonly use: CertificateRow['lastUse'] }) {
  const t = useTranslations('certificates.columns');
  if (!use) return <>{t('never')}</>;
  return (
    <>
      <RelativeTime at={use.at} /> <MachineLink team={team} name={use.machineName} />
    </>
  );
}
