'use client';

import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';

import { Duration } from '@/app/_ui/duration';
import { StatusBadge } from '@/app/_ui/status-badge';
import { paths } from '@/lib/paths';
import type { RouterOutputs } from '@/trpc/client';

import { JobStateBadge } from '../../../_components/job-state-badge';
import { stepTitle } from '../../../_components/job-texts';

export type BatchJob = RouterOutputs['batches']['get']['jobs'][number];

const fixed = { enableSorting: false } as const;

/** A machine of the batch, how its job stands, and what came of it. */
export function useBatchColumns(team: string): ColumnDef<BatchJob>[] {
  const t = useTranslations('batches');
  const jobs = useTranslations('jobs');
  return useMemo(
    () => [
      {
        id: 'machine',
        ...fixed,
        meta: { label: jobs('list.machine'), isTitle: true },
        cell: ({ row: { original: job } }) => (
          <Link className="qm-mono" href={paths.job(team, job.id)}>
            {job.subject}
          </Link>
        ),
      },
      {
        id: 'state',
        ...fixed,
        meta: { label: jobs('list.state'), width: '140px' },
        cell: ({ row: { original: job } }) =>
          job.isHeld ? <StatusBadge tone="off">{t('held')}</StatusBadge> : <JobStateBadge state={job.state} />,
      },
      {
        id: 'result',
        ...fixed,
        meta: { label: t('page.result') },
        cell: ({ row }) => <Result job={row.original} />,
      },
      {
        id: 'duration',
        ...fixed,
        meta: { label: jobs('list.duration'), width: '110px', align: 'right' },
        cell: ({ row: { original: job } }) =>
          job.startedAt ? <Duration since={job.startedAt} until={job.finishedAt ?? undefined} /> : '–',
      },
    ],
    [t, jobs, team],
  );
}

function Result({ job }: { readonly job: BatchJob }) {
  const jobs = useTranslations('jobs');
  if (job.reason !== null) return job.reason;
  return job.progress.step === null ? '–' : stepTitle(jobs, job.progress.step);
}
