'use client';

import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';

import { Duration } from '@/app/_ui/duration';
import { MachineLink } from '@/app/_ui/machine-link';
import { RelativeTime } from '@/app/_ui/relative-time';
import { jobHasEnded } from '@/lib/job';
import type { JobSummary } from '@/lib/job-view';
import { paths } from '@/lib/paths';

import { JobStateBadge } from './job-state-badge';
import { jobTitle, stepTitle } from './job-texts';

import classes from './job-list.module.css';

// Newest first is the only order that the pages of the list come in.
const fixed = { enableSorting: false } as const;

/** The columns of a list of jobs; `hasMachine` leaves out the machine where the list is that machine's own. */
export function useJobColumns(team: string, { hasMachine = true } = {}): ColumnDef<JobSummary>[] {
  const t = useTranslations('jobs');
  return useMemo(
    () => [
      {
        id: 'job',
        ...fixed,
        meta: { label: t('list.job'), isTitle: true },
        cell: ({ row: { original: job } }) => (
          <Link className={classes['job']} href={paths.job(team, job.id)}>
            {jobTitle(t, job)}
          </Link>
        ),
      },
      {
        id: 'state',
        ...fixed,
        meta: { label: t('list.state'), width: '130px' },
        cell: ({ row: { original: job } }) => <JobStateBadge state={job.state} />,
      },
      {
        id: 'progress',
        ...fixed,
        meta: { label: t('list.progress') },
        cell: ({ row: { original: job } }) => <Progress job={job} />,
      },
      ...(hasMachine ? [machineColumn(team, t('list.machine'))] : []),
      {
        id: 'by',
        ...fixed,
        meta: { label: t('list.by'), isWideOnly: true },
        cell: ({ row }) => row.original.createdBy,
      },
      {
        id: 'when',
        ...fixed,
        meta: { label: t('list.when'), width: '110px' },
        cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
      },
      {
        id: 'duration',
        ...fixed,
        meta: { label: t('list.duration'), width: '110px', align: 'right' },
        cell: ({ row: { original: job } }) =>
          job.startedAt && (!jobHasEnded(job.state) || job.finishedAt) ? (
            <Duration since={job.startedAt} until={job.finishedAt ?? undefined} />
          ) : (
            <span className={classes['quiet']}>–</span>
          ),
      },
    ],
    [t, team, hasMachine],
  );
}

const machineColumn = (team: string, label: string): ColumnDef<JobSummary> => ({
  id: 'machine',
  ...fixed,
  meta: { label, isWideOnly: true },
  cell: ({ row: { original: job } }) =>
    job.machine ? (
      <MachineLink team={team} name={job.machine.name} />
    ) : (
      <span className={`qm-mono ${classes['quiet'] ?? ''}`}>{job.subject}</span>
    ),
});

function Progress({ job }: { readonly job: JobSummary }) {
  const t = useTranslations('jobs');
  const { done, total, step } = job.progress;
  if (job.state === 'succeeded' || job.state === 'queued') return <span className={classes['quiet']}>–</span>;
  return (
    <span className={classes['step']}>
      <span>{job.errorTitle && job.state === 'failed' ? job.errorTitle : step === null ? '' : stepTitle(t, step)}</span>
      <span className={`qm-numbers ${classes['quiet'] ?? ''}`}>{t('list.stepOf', { done, total })}</span>
    </span>
  );
}
