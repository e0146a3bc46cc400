'use client';

import { IconStack2 } from '@tabler/icons-react';
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

import { useTeamChange } from '../../_live/team-live';
import { BatchProgress } from './batch-progress';
import { kindName } from './job-texts';

type Batches = RouterOutputs['batches']['list'];
type Batch = Batches[number];

const fixed = { enableSorting: false } as const;
const idOf = (batch: Batch) => batch.id;

/** The team's batches, newest first. */
export function BatchList({ team, initial }: { readonly team: string; readonly initial: Batches }) {
  const t = useTranslations('batches');
  const jobs = useTranslations('jobs');
  const trpc = useTRPC();
  const router = useRouter();
  const query = useQuery(trpc.batches.list.queryOptions({ team }, { initialData: [...initial] }));
  useTeamChange(() => void query.refetch());
  const columns = useMemo(
    (): ColumnDef<Batch>[] => [
      {
        id: 'batch',
        ...fixed,
        meta: { label: t('list.batch'), isTitle: true },
        cell: ({ row: { original: batch } }) => (
          <Link href={paths.batch(team, batch.id)}>{kindName(jobs, batch.kind)}</Link>
        ),
      },
      {
        id: 'progress',
        ...fixed,
        meta: { label: t('list.progress') },
        cell: ({ row }) => <BatchProgress counts={row.original.counts} />,
      },
      { id: 'by', ...fixed, meta: { label: jobs('list.by') }, cell: ({ row }) => row.original.createdBy },
      {
        id: 'when',
        ...fixed,
        meta: { label: jobs('list.when'), width: '130px' },
        cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
      },
    ],
    [t, jobs, team],
  );
  return (
    <>
      <CallError error={query.error} />
      <DataTable
        label={t('list.label')}
        columns={columns}
        rows={query.data}
        rowId={idOf}
        isSortedOutside
        onRowOpen={(batch) => router.push(paths.batch(team, batch.id))}
        empty={<EmptyState icon={IconStack2} title={t('list.empty')} description={t('list.emptyDescription')} />}
      />
    </>
  );
}
