'use client';

import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { MachineLink } from '@/app/_ui/machine-link';
import { Mono } from '@/app/_ui/mono';
import { RelativeTime } from '@/app/_ui/relative-time';

import type { Resource } from './resource-types';
import { StandingBadge } from './standing-badge';

// The order by machine is the only one that the pages of the list come in.
const fixed = { enableSorting: false } as const;

/** What a line tells: the thing and its id, the machine, how it stands, since when, and when it was last compared. */
export function useResourceColumns(team: string): ColumnDef<Resource>[] {
  const t = useTranslations('resources.columns');
  return useMemo(
    () => [
      {
        id: 'thing',
        ...fixed,
        meta: { label: t('thing'), isTitle: true },
        cell: ({ row: { original } }) => (
          <>
            {original.kind} <Mono>{original.name}</Mono>
          </>
        ),
      },
      {
        id: 'machine',
        ...fixed,
        meta: { label: t('machine') },
        cell: ({ row: { original } }) => <MachineOf team={team} resource={original} />,
      },
      {
        id: 'driver',
        ...fixed,
        meta: { label: t('driver'), isWideOnly: true },
        cell: ({ row }) => row.original.driverLabel,
      },
      {
        id: 'providerId',
        ...fixed,
        meta: { label: t('providerId') },
        cell: ({ row: { original } }) => (original.providerId === null ? '–' : <Mono>{original.providerId}</Mono>),
      },
      {
        id: 'standing',
        ...fixed,
        meta: { label: t('standing') },
        cell: ({ row }) => <StandingBadge standing={row.original.standing} />,
      },
      {
        id: 'since',
        ...fixed,
        meta: { label: t('since'), width: '110px' },
        cell: ({ row }) => <RelativeTime at={row.original.since} />,
      },
      {
        id: 'compared',
        ...fixed,
        meta: { label: t('compared'), width: '130px' },
        cell: ({ row: { original } }) => (original.comparedAt ? <RelativeTime at={original.comparedAt} /> : t('never')),
      },
    ],
    [t, team],
  );
}

function MachineOf({ team, resource }: { readonly team: string; readonly resource: Resource }) {
  const t = useTranslations('resources.columns');
  const { machineName, hasMachine } = resource;
  if (hasMachine) {
    return <MachineLink team={team} name={machineName} />;
  }
  if (machineName === '') return t('unknownMachine');
  return t.rich('formerMachine', { name: () => <Mono>{machineName}</Mono> });
}
