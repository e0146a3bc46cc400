'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { useJobColumns } from '../../../../jobs/_components/job-columns';
import type { MachineTabProps } from '../../_components/machine-tab-props';

/** What was done to the machine, newest first. */
export function MachineJobs({ team, initial }: MachineTabProps) {
  const t = useTranslations('machines.jobsTab');
  const trpc = useTRPC();
  const router = useRouter();
  const query = useQuery(trpc.jobs.list.queryOptions({ team, machineId: initial.id }));
  const columns = useJobColumns(team, { hasMachine: false });
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
