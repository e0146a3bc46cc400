import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { type JobsView, jobsViews } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { BatchList } from './_components/batch-list';
import { jobFilterOf } from './_components/job-filter';
import { JobList } from './_components/job-list';
import { JobViews } from './_components/job-views';
import { QueueList } from './_components/queue-list';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('jobs');
  return { title: t('title') };
}

interface JobsPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

const viewOf = (text: string | string[] | undefined): JobsView => jobsViews.find((view) => view === text) ?? 'all';

export default async function JobsPage({ params, searchParams }: JobsPageProps) {
  const { team } = await params;
  const { team: membership } = await requireTeam(team);
  const { q, view: wanted } = await searchParams;
  const view = viewOf(wanted);
  const t = await getTranslations('jobs');
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <JobViews team={team} view={view} />
      {view === 'all' && (
        <AllJobs
          team={team}
          filter={typeof q === 'string' ? q : ''}
          mayCreateMachine={roleReaches(membership.role, 'member')}
        />
      )}
      {view === 'queue' && <Queue team={team} />}
      {view === 'batches' && <Batches team={team} />}
    </>
  );
}

interface AllJobsProps {
  readonly team: string;
  readonly filter: string;
  readonly mayCreateMachine: boolean;
}

async function AllJobs({ team, filter, mayCreateMachine }: AllJobsProps) {
  const caller = await getCaller();
  const [firstPage, kinds] = await Promise.all([
    caller.jobs.list({ team, ...jobFilterOf(filter) }),
    caller.jobs.kinds({ team }),
  ]);
  return <JobList team={team} initial={{ filter, firstPage, kinds }} mayCreateMachine={mayCreateMachine} />;
}

async function Queue({ team }: { readonly team: string }) {
  const caller = await getCaller();
  return <QueueList team={team} initial={await caller.jobs.queue({ team })} />;
}

async function Batches({ team }: { readonly team: string }) {
  const caller = await getCaller();
  return <BatchList team={team} initial={await caller.batches.list({ team })} />;
}
