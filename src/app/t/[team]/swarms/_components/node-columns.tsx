'use client';

import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { MachineLink } from '@/app/_ui/machine-link';
import { Mono } from '@/app/_ui/mono';
import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import type { RouterOutputs } from '@/trpc/client';

export type SwarmNode = RouterOutputs['swarms']['nodes'][number];

const toneOf = (state: string): Tone => (state === 'ready' ? 'ok' : state === 'down' ? 'failed' : 'attention');

/** What a line tells of a node: which machine it is, what it does in the swarm, and whether it is there. */
export function useNodeColumns(team: string): ColumnDef<SwarmNode>[] {
  const t = useTranslations('swarms');
  return useMemo(
    () => [
      {
        id: 'node',
        accessorKey: 'hostName',
        meta: { label: t('columns.node'), isTitle: true },
        cell: ({ row: { original } }) =>
          original.machine ? (
            <MachineLink team={team} name={original.machine.name} />
          ) : (
            <>
              <Mono>{original.hostName}</Mono> {t('noMachine')}
            </>
          ),
      },
      {
        id: 'role',
        accessorKey: 'role',
        meta: { label: t('columns.role') },
        cell: ({ row: { original } }) => t(`role.${original.manager?.isLeader ? 'leader' : original.role}`),
      },
      {
        id: 'availability',
        accessorKey: 'availability',
        meta: { label: t('columns.availability') },
        cell: ({ row: { original } }) => t(`availability.${original.availability}`),
      },
      {
        id: 'state',
        accessorKey: 'state',
        meta: { label: t('columns.state') },
        cell: ({ row: { original } }) => (
          <StatusBadge tone={toneOf(original.state)}>
            {original.state === 'ready' || original.state === 'down' ? t(`state.${original.state}`) : original.state}
          </StatusBadge>
        ),
      },
      {
        id: 'address',
        accessorKey: 'address',
        meta: { label: t('columns.address') },
        cell: ({ row: { original } }) => <Mono>{original.address}</Mono>,
      },
      {
        id: 'manager',
        enableSorting: false,
        meta: { label: t('columns.manager'), isWideOnly: true },
        cell: ({ row: { original } }) => original.manager?.reachability ?? '–',
      },
      {
        id: 'engine',
        accessorKey: 'engineVersion',
        meta: { label: t('columns.engine'), isWideOnly: true },
        cell: ({ row: { original } }) => <Mono>{original.engineVersion}</Mono>,
      },
    ],
    [t, team],
  );
}
