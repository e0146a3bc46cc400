'use client';

import { Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { Section } from '@/app/_account/section';
import { DataTable } from '@/app/_ui/data-table';
import { MachineLink } from '@/app/_ui/machine-link';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';

import type { CertificateDetails } from '../../_data/types';

type Place = CertificateDetails['machines'][number];

export interface AdmittedWhereProps {
  readonly team: string;
  readonly certificate: CertificateDetails;
}

/** Machine by machine: whether it is to let the certificate in, whether it does so already, and what goes on there. */
export function AdmittedWhere({ team, certificate }: AdmittedWhereProps) {
  const t = useTranslations('certificates.places');
  const columns = useColumns(team);
  return (
    <Section title={t('title')} hint={t('hint')}>
      <DataTable
        label={t('title')}
        columns={columns}
        rows={certificate.machines}
        rowId={({ machineId }) => machineId}
        empty={
          <Text size="sm" c="dimmed">
            {t('empty')}
          </Text>
        }
      />
    </Section>
  );
}

function useColumns(team: string): ColumnDef<Place>[] {
  const t = useTranslations('certificates.places');
  return useMemo(
    () => [
      {
        id: 'machine',
        accessorKey: 'name',
        meta: { label: t('machine'), isTitle: true },
        cell: ({ row: { original } }) => <MachineLink team={team} name={original.name} tab="access" />,
      },
      {
        id: 'state',
        enableSorting: false,
        meta: { label: t('state') },
        cell: ({ row }) => <PlaceState place={row.original} />,
      },
      {
        id: 'enforcement',
        accessorKey: 'enforcement',
        meta: { label: t('enforcement') },
        cell: ({ row }) => t(`enforcementOf.${row.original.enforcement}`),
      },
      {
        id: 'lastUsed',
        accessorFn: ({ lastUsedAt }) => lastUsedAt?.getTime() ?? 0,
        meta: { label: t('lastUsed') },
        cell: ({ row: { original } }) =>
          // Only a gate counts who gets in.
          original.lastUsedAt ? (
            <RelativeTime at={original.lastUsedAt} />
          ) : original.enforcement === 'gate' ? (
            t('never')
          ) : (
            t('notCounted')
          ),
      },
      {
        id: 'open',
        accessorKey: 'openNow',
        meta: { label: t('open'), align: 'right' },
        cell: ({ row: { original } }) => (original.enforcement === 'gate' ? original.openNow : '–'),
      },
    ],
    [t, team],
  );
}

/** Wanted and confirmed, as one of four words. */
function PlaceState({ place: { admitted, confirmed } }: { readonly place: Place }) {
  const t = useTranslations('certificates.places');
  const settled = admitted ? 'ok' : 'off';
  const word = admitted ? (confirmed ? 'admitted' : 'admitting') : confirmed ? 'refused' : 'refusing';
  return <StatusBadge tone={confirmed ? settled : 'attention'}>{t(word)}</StatusBadge>;
}
