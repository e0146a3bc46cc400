'use client';

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
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { JobStateBadge } from '../../../../jobs/_components/job-state-badge';
import { useJobTitles } from '../../../../jobs/_components/use-job-titles';
import type { MachineTabProps } from '../../_components/machine-tab-props';

type Job = RouterOutputs['jobs']['list']['jobs'][number];

/** What was done to the machine, newest first. */
export function MachineJobs({ team, initial }: MachineTabProps) {
  const t = useTranslations('machines.jobsTab');
  const columnsText = useTranslations('jobs.columns');
  const titles = useJobTitles();
  const trpc = useTRPC();
  const router = useRouter();
  const query = useQuery(trpc.jobs.list.queryOptions({ team, machineId: initial.id }));
  const columns = useMemo<ColumnDef<Job>[]>(
    () => [
      {
        id: 'kind',
        meta: { label: columnsText('kind'), isTitle: true },
        cell: ({ row }) => <Link href={paths.job(team, row.original.id)}>{titles.kind(row.original.kind)}</Link>,
      },
      {
        id: 'state',
        meta: { label: columnsText('state') },
        cell: ({ row }) => <JobStateBadge state={row.original.state} />,
      },
      { id: 'who', accessorKey: 'createdBy', meta: { label: columnsText('who') } },
      {
        id: 'when',
        meta: { label: columnsText('when') },
        cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
      },
    ],
    [columnsText, team, titles],
  );
  return (
    <>
      <CallError error={query.error} />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={query.data?.jobs}
        rowId={(job) => job.id}
        onRowOpen={(job) => router.push(paths.job(team, job.id))}
        isRefreshing={query.isRefetching}
        empty={<EmptyState title={t('empty')} description={t('emptyDescription')} />}
      />
    </>
  );
}
