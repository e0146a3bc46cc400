'use client';

import { useTranslations } from 'next-intl';

import { LinkTabs } from '@/app/_ui/link-tabs';
import { type JobsView, jobsViews, paths } from '@/lib/paths';

/** The views of the jobs page. Each is an address of its own. */
export function JobViews({ team, view }: { readonly team: string; readonly view: JobsView }) {
  const t = useTranslations('jobs.views');
  return (
    <LinkTabs
      label={t('label')}
      tabs={jobsViews}
      current={view}
      hrefOf={(value) => paths.jobs(team, { view: value })}
      titleOf={(value) => t(value)}
      mb="md"
    />
  );
}
