'use client';

import { Tabs } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { type JobsView, jobsViews, paths } from '@/lib/paths';

/** The views of the jobs page. Each is an address of its own. */
export function JobViews({ team, view }: { readonly team: string; readonly view: JobsView }) {
  const t = useTranslations('jobs.views');
  return (
    <Tabs value={view} component="nav" aria-label={t('label')} mb="md">
      <Tabs.List>
        {jobsViews.map((value) => (
          <Tabs.Tab
            key={value}
            value={value}
            renderRoot={(props) => (
              <Link
                {...props}
                href={paths.jobs(team, { view: value })}
                aria-current={value === view ? 'page' : undefined}
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
