'use client';

import { Tabs } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

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
    <Tabs value={tab} component="nav" aria-label={t('label')}>
      <Tabs.List>
        {tabs.map((value) => (
          <Tabs.Tab
            key={value}
            value={value}
            renderRoot={(props) => (
              <Link
                {...props}
                href={paths.certificates(team, { tab: value })}
                aria-current={value === tab ? 'page' : undefined}
              />
            )}
          >
            {t(value)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
