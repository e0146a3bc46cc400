'use client';

import { Progress } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';

import { Duration } from '@/app/_ui/duration';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';
import { paths } from '@/lib/paths';

import type { AccessChangeSummary } from '../_data/types';

// The newest first is the only order that the pages of the list come in.
const fixed = { enableSorting: false } as const;

/** What a line tells: what was changed, about whom, how far the machines are, who asked for it, when. */
export function useChangeColumns(team: string): ColumnDef<AccessChangeSummary>[] {
  const t = useTranslations('accessChanges');
  return useMemo(
    () => [
      {
        id: 'what',
        ...fixed,
        meta: { label: t('columns.what'), isTitle: true, width: '150px' },
        cell: ({ row: { original } }) => (
          <Link href={paths.accessChange(team, original.id)}>{t(`kind.${original.kind}`)}</Link>
        ),
      },
      { id: 'subject', ...fixed, meta: { label: t('columns.subject') }, cell: ({ row }) => row.original.subject },
      {
        id: 'progress',
        ...fixed,
        meta: { label: t('columns.progress'), width: '260px' },
        cell: ({ row }) => <ChangeProgress change={row.original} />,
      },
      {
        id: 'slowest',
        ...fixed,
        meta: { label: t('columns.slowest'), align: 'right', width: '90px', isWideOnly: true },
        cell: ({ row: { original } }) => (original.slowestMs === null ? '–' : <Duration ms={original.slowestMs} />),
      },
      {
        id: 'ended',
        ...fixed,
        meta: { label: t('columns.ended'), align: 'right', width: '110px', isWideOnly: true },
        cell: ({ row }) => row.original.endedConnections,
      },
      { id: 'by', ...fixed, meta: { label: t('columns.by') }, cell: ({ row }) => row.original.actorName },
      {
        id: 'when',
        ...fixed,
        meta: { label: t('columns.when'), width: '110px' },
        cell: ({ row }) => <RelativeTime at={row.original.requestedAt} />,
      },
    ],
    [t, team],
  );
}

/** How many of the machines have confirmed: a word, and a bar while some have not. */
function ChangeProgress({ change: { machines, confirmed, pending } }: { readonly change: AccessChangeSummary }) {
  const t = useTranslations('accessChanges.progress');
  const total = confirmed + pending;
  if (machines === 0) return <StatusBadge tone="off">{t('none')}</StatusBadge>;
  if (pending === 0) return <StatusBadge tone="ok">{t('done', { confirmed, total })}</StatusBadge>;
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
      <StatusBadge tone="attention">{t('pending', { confirmed, total })}</StatusBadge>
      <Progress value={(confirmed / total) * 100} w={64} size="sm" aria-hidden />
    </span>
  );
}
