'use client';

import { Tabs } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { paths } from '@/lib/paths';

const tabs = ['team', 'account'] as const;

/** The team's settings and the person's own. Each tab is an address of its own. */
export function SettingsTabs({ team, tab }: { readonly team: string; readonly tab: (typeof tabs)[number] }) {
  const t = useTranslations('settings.tabs');
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
                href={value === 'team' ? paths.settings(team) : `${paths.settings(team)}?tab=${value}`}
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
