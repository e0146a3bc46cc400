'use client';

import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { Section } from '@/app/_account/section';
import { DataTable } from '@/app/_ui/data-table';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';

import type { Rotation } from '../../_authorities/running-rotation';

/** The rotations that are over, newest first. */
export function PastRotations({ rotations }: { readonly rotations: readonly Rotation[] }) {
  const t = useTranslations('rotation');
  const columns = useMemo<ColumnDef<Rotation>[]>(
    () => [
      {
        id: 'what',
        enableSorting: false,
        meta: { label: t('past.what'), isTitle: true },
        cell: ({ row }) => t(`of.${row.original.kind}`),
      },
      {
        id: 'generations',
        enableSorting: false,
        meta: { label: t('past.generations') },
        cell: ({ row: { original } }) =>
          t('past.fromTo', { former: original.former.generation, next: original.next.generation }),
      },
      {
        id: 'result',
        enableSorting: false,
        meta: { label: t('past.result') },
        cell: ({ row: { original } }) => (
          <StatusBadge tone={original.phase === 'retired' ? 'ok' : 'off'}>
            {t(`phaseName.${original.phase}`)}
          </StatusBadge>
        ),
      },
      {
        id: 'changed',
        accessorKey: 'changedAt',
        meta: { label: t('past.finished') },
        cell: ({ row }) => <RelativeTime at={row.original.changedAt} />,
      },
      { id: 'by', accessorKey: 'createdByName', enableSorting: false, meta: { label: t('past.startedBy') } },
    ],
    [t],
  );
  if (rotations.length === 0) return null;
  return (
    <Section title={t('past.title')}>
      <DataTable label={t('past.title')} columns={columns} rows={rotations} rowId={({ id }) => id} />
    </Section>
  );
}
