'use client';

import { Button } from '@mantine/core';
import { IconListCheck, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter, useSearchParams } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { FilterBar } from '@/app/_ui/filter-bar';
import { LinkButton } from '@/app/_ui/link-button';
import { LoadMore } from '@/app/_ui/load-more';
import { jobStates } from '@/lib/job';
import type { JobSummary } from '@/lib/job-view';
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useJobColumns } from './job-columns';
import { jobFilterOf } from './job-filter';
import { JobStateBadge } from './job-state-badge';
import { kindName } from './job-texts';

type JobPage = RouterOutputs['jobs']['list'];
type JobKinds = RouterOutputs['jobs']['kinds'];

export interface JobListProps {
  readonly team: string;
  /** What the server has rendered, and the filter that it has rendered it for. */
  readonly initial: { readonly filter: string; readonly firstPage: JobPage; readonly kinds: JobKinds };
  readonly mayCreateMachine: boolean;
}

const idOf = (job: JobSummary) => job.id;

/** The team's jobs, newest first, kept up to date by the team's stream. The filter stands in the address. */
export function JobList({ team, initial, mayCreateMachine }: JobListProps) {
  const t = useTranslations('jobs');
  const router = useRouter();
  const filter = useSearchParams().get('q') ?? '';
  const { query, kinds } = useJobs({ team, filter, initial });
  const jobs = query.data?.pages.flatMap((page) => page.jobs);
  const columns = useJobColumns(team);

  // Written into the address without asking the server for the page: the list is asked for by itself.
  const setFilter = (q: string) => window.history.replaceState(null, '', paths.jobs(team, { q }));

  if (kinds.length === 0 && jobs?.length === 0) return <NoJobs team={team} mayCreateMachine={mayCreateMachine} />;
  return (
    <>
      <FilterBar
        value={filter}
        onChange={setFilter}
        label={t('list.filter')}
        placeholder={t('list.filterPlaceholder')}
        facets={[
          {
            key: 'state',
            label: t('list.state'),
            options: jobStates.map((state) => ({ value: state, label: <JobStateBadge state={state} /> })),
          },
          {
            key: 'kind',
            label: t('list.kind'),
            options: kinds.map(({ kind, count }) => ({ value: kind, label: kindName(t, kind), count })),
          },
        ]}
      />
      <CallError error={query.error} />
      <DataTable
        label={t('list.label')}
        columns={columns}
        rows={jobs}
        rowId={idOf}
        onRowOpen={(job) => router.push(paths.job(team, job.id))}
        isRefreshing={query.isPlaceholderData}
        empty={
          <EmptyState icon={IconListCheck} title={t('list.nothing')} description={t('list.nothingDescription')}>
            <Button variant="default" onClick={() => setFilter('')}>
              {t('list.clear')}
            </Button>
          </EmptyState>
        }
      />
      <LoadMore query={query} label={t('list.more')} />
    </>
  );
}

function useJobs({ team, filter, initial }: Omit<JobListProps, 'mayCreateMachine'> & { readonly filter: string }) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.jobs.list.infiniteQueryOptions(
      { team, ...jobFilterOf(filter) },
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        placeholderData: keepPreviousData,
        ...(filter === initial.filter && {
          initialData: { pages: [initial.firstPage], pageParams: [null] },
        }),
      },
    ),
  );
  const kinds = useQuery(trpc.jobs.kinds.queryOptions({ team }, { initialData: initial.kinds })).data;
  return { query, kinds };
}

function NoJobs({ team, mayCreateMachine }: Pick<JobListProps, 'team' | 'mayCreateMachine'>) {
  const t = useTranslations('jobs.list');
  return (
    <EmptyState icon={IconListCheck} title={t('empty')} description={t('emptyDescription')}>
      {mayCreateMachine && (
        <LinkButton href={paths.newMachine(team)} leftSection={<IconPlus size={16} aria-hidden />}>
          {t('newMachine')}
        </LinkButton>
      )}
    </EmptyState>
  );
}
