'use client';

import { useTranslations } from 'next-intl';

import { LinkTabs } from '@/app/_ui/link-tabs';
import { paths } from '@/lib/paths';

const tabs = ['team', 'account'] as const;

/** The team's settings and the person's own. Each tab is an address of its own. */
export function SettingsTabs({ team, tab }: { readonly team: string; readonly tab: (typeof tabs)[number] }) {
  const t = useTranslations('settings.tabs');
  return (
    <LinkTabs
      label={t('label')}
      tabs={tabs}
      current={tab}
      hrefOf={(value) => (value === 'team' ? paths.settings(team) : `${paths.settings(team)}?tab=${value}`)}
      titleOf={(value) => t(value)}
    />
  );
}
