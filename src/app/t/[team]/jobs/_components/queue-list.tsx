'use client';

import { IconListCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { RelativeTime } from '@/app/_ui/relative-time';
import type { QueueEntry } from '@/lib/job-view';
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import { JobStateBadge } from './job-state-badge';
import { jobTitle, stepTitle } from './job-texts';

import classes from './job-list.module.css';

export interface QueueListProps {
  readonly team: string;
  readonly initial: RouterOutputs['jobs']['queue'];
}

const fixed = { enableSorting: false } as const;
const idOf = (job: QueueEntry) => job.id;

/** What runs and what waits, oldest first, each with what exactly it waits for; kept up to date by the team's stream. */
export function QueueList({ team, initial }: QueueListProps) {
  const t = useTranslations('jobs');
  const trpc = useTRPC();
  const router = useRouter();
  const query = useQuery(
    trpc.jobs.queue.queryOptions({ team }, { initialData: [...initial], refetchInterval: 10_000 }),
  );
  useTeamChange(() => void query.refetch());
  const columns = useQueueColumns(team);
  return (
    <>
      <CallError error={query.error} />
      <DataTable
        label={t('waiting.label')}
        columns={columns}
        rows={query.data}
        rowId={idOf}
        isSortedOutside
        onRowOpen={(job) => router.push(paths.job(team, job.id))}
        empty={
          <EmptyState icon={IconListCheck} title={t('waiting.empty')} description={t('waiting.emptyDescription')} />
        }
      />
    </>
  );
}

function useQueueColumns(team: string): ColumnDef<QueueEntry>[] {
  const t = useTranslations('jobs');
  return useMemo(
    () => [
      {
        id: 'job',
        ...fixed,
        meta: { label: t('list.job'), isTitle: true },
        cell: ({ row: { original: job } }) => <Link href={paths.job(team, job.id)}>{jobTitle(t, job)}</Link>,
      },
      {
        id: 'state',
        ...fixed,
        meta: { label: t('list.state'), width: '130px' },
        cell: ({ row: { original: job } }) => <JobStateBadge state={job.state} />,
      },
      {
        id: 'waits',
        ...fixed,
        meta: { label: t('waiting.for') },
        cell: ({ row: { original: job } }) => (
          <span className={classes['links']}>
            <WaitsFor team={team} job={job} />
          </span>
        ),
      },
      {
        id: 'by',
        ...fixed,
        meta: { label: t('list.by'), isWideOnly: true },
        cell: ({ row }) => row.original.createdBy,
      },
      {
        id: 'since',
        ...fixed,
        meta: { label: t('waiting.since'), width: '130px' },
        cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
      },
    ],
    [t, team],
  );
}

/** What a job waits for, with a link to it; the step that a running one is in. */
function WaitsFor({ team, job }: { readonly team: string; readonly job: QueueEntry }) {
  const t = useTranslations('jobs');
  const { waits, progress } = job;
  if (!waits) return progress.step === null ? '–' : t('waiting.runs', { step: stepTitle(t, progress.step) });
  switch (waits.for) {
    case 'worker':
      return t('waiting.worker');
    case 'outage':
      return (
        <>
          {waits.outage.reason} <RelativeTime at={new Date(waits.outage.nextTryMs)} />
        </>
      );
    case 'job':
      return t.rich('waiting.job', {
        job: () => <Link href={paths.job(team, waits.job.id)}>{jobTitle(t, waits.job)}</Link>,
      });
    case 'batch':
      return t.rich('waiting.batch', {
        count: waits.batch.atOnce,
        batch: (chunks) => <Link href={paths.batch(team, waits.batch.id)}>{chunks}</Link>,
      });
  }
}
