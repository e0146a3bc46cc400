'use client';

import { Tabs } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useSelectedLayoutSegment } from 'next/navigation';

import { type MachineTab, paths } from '@/lib/paths';

const shown = ['overview', 'connect', 'access', 'engine', 'jobs', 'danger'] as const satisfies readonly MachineTab[];

/** The pages of one machine. Each tab is an address of its own. */
export function MachineTabs({ team, machine }: { readonly team: string; readonly machine: string }) {
  const t = useTranslations('machines.tabs');
  const segment = useSelectedLayoutSegment() ?? 'overview';
  return (
    <Tabs value={segment} component="nav" aria-label={t('label')}>
      <Tabs.List>
        {shown.map((tab) => (
          <Tabs.Tab
            key={tab}
            value={tab}
            renderRoot={(props) => (
              <Link
                {...props}
                href={paths.machine(team, machine, tab)}
                aria-current={tab === segment ? 'page' : undefined}
              />
            )}
          >
            {t(tab)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
