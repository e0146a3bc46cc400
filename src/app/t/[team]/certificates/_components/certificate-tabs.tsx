'use client';

import { useTranslations } from 'next-intl';

import { LinkTabs } from '@/app/_ui/link-tabs';
import { type CertificateTab, paths } from '@/lib/paths';

export interface CertificateTabsProps {
  readonly team: string;
  readonly tab: CertificateTab;
  /** Those that the member has, in order. */
  readonly tabs: readonly CertificateTab[];
}

/** The parts of the certificates page. Each tab is an address of its own. */
export function CertificateTabs({ team, tab, tabs }: CertificateTabsProps) {
  const t = useTranslations('certificates.tabs');
  return (
    <LinkTabs
      label={t('label')}
      tabs={tabs}
      current={tab}
      hrefOf={(value) => paths.certificates(team, { tab: value })}
      titleOf={(value) => t(value)}
    />
  );
}
