import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { jobFilterOf } from './_components/job-filter';
import { JobList } from './_components/job-list';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('jobs');
  return { title: t('title') };
}

interface JobsPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function JobsPage({ params, searchParams }: JobsPageProps) {
  const { team } = await params;
  const { team: membership } = await requireTeam(team);
  const { q } = await searchParams;
  const filter = typeof q === 'string' ? q : '';
  const caller = await getCaller();
  const [firstPage, kinds, t] = await Promise.all([
    caller.jobs.list({ team, ...jobFilterOf(filter) }),
    caller.jobs.kinds({ team }),
    getTranslations('jobs'),
  ]);
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <JobList
        team={team}
        initial={{ filter, firstPage, kinds }}
        mayCreateMachine={roleReaches(membership.role, 'member')}
      />
    </>
  );
}
