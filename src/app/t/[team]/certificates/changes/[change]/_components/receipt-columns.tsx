'use client';

import { Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { Duration } from '@/app/_ui/duration';
import { MachineLink } from '@/app/_ui/machine-link';
import { ExactTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';

import type { AccessChange, Receipt } from '../../../_data/types';

import classes from './change-page.module.css';

/** What each machine did: confirmed or not, after how long, what it ended, or why it has not. */
export function useReceiptColumns(
  team: string,
  { requestedAt }: Pick<AccessChange, 'requestedAt'>,
): ColumnDef<Receipt>[] {
  const t = useTranslations('accessChanges.receipt');
  return useMemo(
    () => [
      {
        id: 'machine',
        accessorKey: 'machineName',
        meta: { label: t('machine'), isTitle: true },
        cell: ({ row: { original } }) =>
          original.machineId === null ? (
            <span className="qm-mono">{original.machineName}</span>
          ) : (
            <MachineLink team={team} name={original.machineName} />
          ),
      },
      {
        id: 'state',
        accessorKey: 'state',
        meta: { label: t('state') },
        cell: ({ row }) => <ReceiptState receipt={row.original} requestedAt={requestedAt} />,
      },
      {
        id: 'took',
        accessorFn: ({ tookMs }) => tookMs ?? Number.POSITIVE_INFINITY,
        meta: { label: t('took'), align: 'right', width: '110px' },
        cell: ({ row: { original } }) => (original.tookMs === null ? '–' : <Duration ms={original.tookMs} />),
      },
      {
        id: 'ended',
        accessorFn: ({ endedConnections }) => endedConnections ?? -1,
        meta: { label: t('ended'), align: 'right', width: '130px' },
        cell: ({ row }) => row.original.endedConnections ?? '–',
      },
      {
        id: 'enforcement',
        accessorKey: 'enforcement',
        meta: { label: t('enforcement'), width: '110px' },
        cell: ({ row }) => t(`enforcementOf.${row.original.enforcement}`),
      },
      {
        id: 'confirmedAt',
        accessorFn: ({ confirmedAt }) => confirmedAt?.getTime() ?? 0,
        meta: { label: t('confirmedAt'), isWideOnly: true },
        cell: ({ row: { original } }) => (original.confirmedAt ? <ExactTime at={original.confirmedAt} /> : '–'),
      },
    ],
    [t, team, requestedAt],
  );
}

interface ReceiptStateProps {
  readonly receipt: Receipt;
  readonly requestedAt: Date;
}

/** The state in a word; of a pending machine also since when, and why. */
function ReceiptState({ receipt, requestedAt }: ReceiptStateProps) {
  const t = useTranslations('accessChanges.receipt');
  if (receipt.state === 'confirmed') return <StatusBadge tone="ok">{t('confirmed')}</StatusBadge>;
  if (receipt.state === 'dropped') return <StatusBadge tone="off">{t('dropped')}</StatusBadge>;
  return (
    <span className={classes['pending']}>
      <StatusBadge tone="attention">
        {t('pending')} <Duration since={requestedAt} />
      </StatusBadge>
      {receipt.failure !== null && (
        <Text span size="xs" c="dimmed" className={classes['failure']}>
          {receipt.failure}
        </Text>
      )}
    </span>
  );
}
