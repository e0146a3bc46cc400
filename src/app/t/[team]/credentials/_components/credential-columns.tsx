'use client';

import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import type { Credential } from '@/app/_forms/credential/credential-form';
import { MachineLinks } from '@/app/_ui/machine-link';
import { Mono } from '@/app/_ui/mono';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';

/** What a line tells; `checking` is the id of the one that the provider is being asked about. */
export function useCredentialColumns(team: string, checking: string | undefined): ColumnDef<Credential>[] {
  const t = useTranslations('credentials.columns');
  return useMemo(
    () => [
      {
        id: 'name',
        accessorKey: 'name',
        meta: { label: t('name'), isTitle: true },
        cell: ({ row }) => row.original.name,
      },
      {
        id: 'driver',
        accessorKey: 'driverLabel',
        meta: { label: t('driver') },
        cell: ({ row }) => row.original.driverLabel,
      },
      {
        id: 'identity',
        enableSorting: false,
        meta: { label: t('identity') },
        cell: ({ row: { original } }) =>
          original.identity ? <Mono>{Object.values(original.identity).join(' ')}</Mono> : t('none'),
      },
      {
        id: 'checked',
        accessorFn: ({ failure }) => failure ?? '',
        meta: { label: t('checked') },
        cell: ({ row: { original } }) => <Checked credential={original} isChecking={original.id === checking} />,
      },
      {
        id: 'machines',
        enableSorting: false,
        meta: { label: t('machines') },
        cell: ({ row: { original } }) => <MachineLinks team={team} names={original.machines} />,
      },
      {
        id: 'changed',
        accessorKey: 'changedAt',
        meta: { label: t('changed'), width: '110px', isWideOnly: true },
        cell: ({ row }) => <RelativeTime at={row.original.changedAt} />,
      },
    ],
    [t, team, checking],
  );
}

function Checked({ credential, isChecking }: { readonly credential: Credential; readonly isChecking: boolean }) {
  const t = useTranslations('credentials.columns');
  const { failure, checkedAt } = credential;
  if (checkedAt === null) return t('never');
  return (
    <>
      <StatusBadge tone={isChecking ? 'active' : failure ? 'failed' : 'ok'} isSpinning={isChecking}>
        {failure ?? t('ok')}
      </StatusBadge>{' '}
      <RelativeTime at={checkedAt} />
    </>
  );
}
