'use client';

import { Stack } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { Notice } from '@/app/_ui/notice';
import { RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { PageHeader } from '../../../../_frame/page-header';
import { useTeamChange } from '../../../../_live/team-live';
import { BatchProgress } from '../../../_components/batch-progress';
import { kindName } from '../../../_components/job-texts';
import { type BatchJob, useBatchColumns } from './batch-columns';
import { SteerBatch } from './steer-batch';

const idOf = (job: BatchJob) => job.id;

/** One batch: a row for each machine with its job, live; what was left out and why. */
export function BatchPage({
  team,
  initial,
}: {
  readonly team: string;
  readonly initial: RouterOutputs['batches']['get'];
}) {
  const t = useTranslations('batches');
  const jobs = useTranslations('jobs');
  const trpc = useTRPC();
  const router = useRouter();
  const query = useQuery(
    trpc.batches.get.queryOptions({ team, batch: initial.id }, { initialData: initial, refetchInterval: 10_000 }),
  );
  useTeamChange(() => void query.refetch());
  const batch = query.data;
  const columns = useBatchColumns(team);
  return (
    <>
      <PageHeader
        title={t('page.title', { kind: kindName(jobs, batch.kind), count: batch.jobs.length })}
        breadcrumbs={[
          { label: jobs('title'), href: paths.jobs(team) },
          { label: jobs('views.batches'), href: paths.jobs(team, { view: 'batches' }) },
        ]}
        actions={<SteerBatch team={team} batch={batch} onSteered={() => void query.refetch()} />}
        description={
          <>
            {t('page.by', { name: batch.createdBy, atOnce: batch.atOnce })} · <RelativeTime at={batch.createdAt} />
          </>
        }
      />
      <Stack gap={16}>
        <CallError error={query.error} />
        <BatchProgress counts={batch.counts} />
        {batch.skipped.length > 0 && (
          <Notice tone="attention" title={t('page.skipped', { count: batch.skipped.length })}>
            <ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>
              {batch.skipped.map(({ machine, reason }) => (
                <li key={machine}>
                  <span className="qm-mono">{machine}</span>: {reason}
                </li>
              ))}
            </ul>
          </Notice>
        )}
        <DataTable
          label={t('page.label')}
          columns={columns}
          rows={batch.jobs}
          rowId={idOf}
          isSortedOutside
          onRowOpen={(job) => router.push(paths.job(team, job.id))}
          empty={<EmptyState icon={IconStack2} title={t('page.empty')} description={t('page.emptyDescription')} />}
        />
      </Stack>
    </>
  );
}
