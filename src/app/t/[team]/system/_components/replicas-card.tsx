'use client';

import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { Section } from '@/app/_account/section';
import { DataTable } from '@/app/_ui/data-table';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import type { RouterOutputs } from '@/trpc/client';

type Replica = RouterOutputs['system']['get']['replicas'][number];

const toneOf: Readonly<Record<Replica['state'], Tone>> = { alive: 'ok', silent: 'attention', stopped: 'off' };

/** Every process of the console that was there within a day. */
export function ReplicasCard({ replicas }: { readonly replicas: readonly Replica[] }) {
  const t = useTranslations('system.replicas');
  const columns = useMemo<ColumnDef<Replica>[]>(
    () => [
      {
        id: 'name',
        accessorFn: nameOfReplica,
        meta: { label: t('name'), isTitle: true },
        cell: ({ row }) => <span className="qm-mono">{nameOfReplica(row.original)}</span>,
      },
      {
        id: 'state',
        accessorKey: 'state',
        meta: { label: t('state'), width: '120px' },
        cell: ({ row: { original } }) => <StatusBadge tone={toneOf[original.state]}>{t(original.state)}</StatusBadge>,
      },
      {
        id: 'role',
        accessorKey: 'role',
        meta: { label: t('role'), width: '90px' },
        cell: ({ row }) => row.original.role,
      },
      {
        id: 'version',
        accessorKey: 'version',
        meta: { label: t('version'), width: '100px' },
        cell: ({ row }) => <span className="qm-mono">{row.original.version}</span>,
      },
      {
        id: 'startedAt',
        accessorKey: 'startedAt',
        meta: { label: t('started'), width: '130px' },
        cell: ({ row }) => <RelativeTime at={row.original.startedAt} />,
      },
      {
        id: 'heartbeatAt',
        accessorKey: 'heartbeatAt',
        meta: { label: t('heartbeat'), width: '130px' },
        cell: ({ row }) => <RelativeTime at={row.original.heartbeatAt} />,
      },
    ],
    [t],
  );
  return (
    <Section title={t('title')} hint={t('hint')}>
      <DataTable label={t('title')} columns={columns} rows={replicas} rowId={({ id }) => id} />
    </Section>
  );
}

/** "node-1:4711": the host and the number of the process. Pure. */
export const nameOfReplica = ({ host, pid }: Pick<Replica, 'host' | 'pid'>): string => `${host}:${pid}`;
