'use client';

import { Anchor } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { Mono } from '@/app/_ui/mono';
import { RelativeTime } from '@/app/_ui/relative-time';
import type { RouterOutputs } from '@/trpc/client';

export type AuditEvent = RouterOutputs['audit']['list']['events'][number];

// The order of the pages, newest first, is the only one.
const fixed = { enableSorting: false } as const;

/** What a line of the log tells: number, what, on what, who, from where, when. `open` shows one event with its values. */
export function useEventColumns(open: (seq: number) => void): ColumnDef<AuditEvent>[] {
  const t = useTranslations('audit');
  return useMemo(
    () => [
      {
        id: 'seq',
        ...fixed,
        meta: { label: t('number'), align: 'right', width: '64px', isWideOnly: true },
        cell: ({ row }) => row.original.seq,
      },
      {
        id: 'action',
        ...fixed,
        meta: { label: t('what'), isTitle: true },
        cell: ({ row: { original: event } }) => (
          <Anchor component="button" type="button" fz="inherit" ta="start" onClick={() => open(event.seq)}>
            <Mono overflow="ellipsis">{event.action}</Mono>
          </Anchor>
        ),
      },
      { id: 'target', ...fixed, meta: { label: t('target') }, cell: ({ row }) => row.original.targetName },
      { id: 'who', ...fixed, meta: { label: t('who') }, cell: ({ row }) => row.original.actorName },
      {
        id: 'from',
        ...fixed,
        meta: { label: t('from'), isWideOnly: true },
        cell: ({ row }) => <Mono overflow="ellipsis">{row.original.address ?? '–'}</Mono>,
      },
      {
        id: 'when',
        ...fixed,
        meta: { label: t('when'), width: '120px' },
        cell: ({ row }) => <RelativeTime at={row.original.at} />,
      },
    ],
    [t, open],
  );
}
