'use client';

import { Select } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter, useSearchParams } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { LoadMore } from '@/app/_ui/load-more';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import type { AccessChangePage } from '../_data/types';
import { useChangeColumns } from './change-columns';
import { accessChangeKindOf, accessChangeKinds } from './receipt-summary';

export interface ChangeListProps {
  readonly team: string;
  /** What the server has rendered, and the kind in the address that it has rendered it for. */
  readonly initial: { readonly kind: string | null; readonly firstPage: AccessChangePage };
}

/** Every change of who gets in where, the newest first, with how far the machines are. */
export function ChangeList({ team, initial }: ChangeListProps) {
  const t = useTranslations('accessChanges');
  const router = useRouter();
  const trpc = useTRPC();
  const asked = useSearchParams().get('kind');
  const kind = accessChangeKindOf(asked);
  const query = useInfiniteQuery(
    trpc.changes.list.infiniteQueryOptions(
      { team, ...(kind && { kind }) },
      {
        getNextPageParam: (page) => page.next ?? undefined,
        placeholderData: keepPreviousData,
        ...(asked === initial.kind && { initialData: { pages: [initial.firstPage], pageParams: [null] } }),
      },
    ),
  );
  useTeamChange(() => void query.refetch());
  const rows = query.data?.pages.flatMap((page) => page.changes);
  const columns = useChangeColumns(team);
  const choose = (value: string | null) =>
    window.history.replaceState(null, '', paths.certificates(team, { tab: 'changes', kind: value ?? undefined }));

  if (!kind && rows?.length === 0) {
    return <EmptyState icon={IconReceipt} title={t('empty')} description={t('emptyHint')} />;
  }
  return (
    <>
      <Select
        aria-label={t('filter')}
        placeholder={t('all')}
        data={accessChangeKinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
        value={kind ?? null}
        onChange={choose}
        clearable
        w={260}
        mb={12}
      />
      <CallError error={query.error} />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        onRowOpen={({ id }) => router.push(paths.accessChange(team, id))}
        isRefreshing={query.isPlaceholderData}
        empty={<EmptyState icon={IconReceipt} title={t('nothing')} description={t('nothingHint')} />}
      />
      <LoadMore query={query} label={t('more')} />
    </>
  );
}
