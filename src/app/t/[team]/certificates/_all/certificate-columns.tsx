'use client';

import { Checkbox } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';

import { CopyLine } from '@/app/_ui/copy';
import { RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';

import { CertificateStateBadge } from '../_components/certificate-state-badge';
import { LastUse } from '../_components/last-use';
import { certificateName, shortFingerprint } from '../_data/certificate-name';
import type { CertificateRow } from '../_data/types';
import type { Selection } from './use-selection';

type Column = ColumnDef<CertificateRow>;

const fixed = { enableSorting: false } as const;

/** The columns of the team's certificates. The server sorts: the ids of sorted columns are its names for the orders. */
export function useCertificateColumns(team: string, selection: Selection | null): Column[] {
  const t = useTranslations('certificates.columns');
  const names = useTranslations('certificates.kind');
  return useMemo(
    () => [
      ...(selection ? [selectColumn(selection, t)] : []),
      {
        id: 'name',
        ...fixed,
        meta: { label: t('name'), isTitle: true },
        cell: ({ row: { original } }) => (
          <Link
            className={original.kind === 'engine' ? 'qm-mono' : undefined}
            href={paths.certificate(team, original.id)}
          >
            {certificateName(original)}
          </Link>
        ),
      },
      {
        id: 'owner',
        meta: { label: t('owner') },
        accessorFn: ({ holderEmail }) => holderEmail ?? '',
        cell: ({ row: { original } }) => original.holderEmail ?? names(original.kind),
      },
      {
        id: 'state',
        ...fixed,
        meta: { label: t('state'), width: '120px' },
        cell: ({ row }) => <CertificateStateBadge state={row.original.state} />,
      },
      ...identityColumns(t),
      ...timeColumns(t),
      {
        id: 'lastUsed',
        meta: { label: t('lastSeen') },
        accessorFn: ({ lastUse }) => lastUse?.at.getTime() ?? 0,
        cell: ({ row: { original } }) => <LastUse team={team} use={original.lastUse} />,
      },
    ],
    [t, names, team, selection],
  );
}

type Texts = ReturnType<typeof useTranslations<'certificates.columns'>>;

const selectColumn = ({ has, toggle, toggleAll, state }: Selection, t: Texts): Column => ({
  id: 'select',
  ...fixed,
  meta: { label: t('select'), width: '36px' },
  header: () => (
    <Checkbox
      size="xs"
      aria-label={t('selectAll')}
      checked={state === 'all'}
      indeterminate={state === 'some'}
      onChange={toggleAll}
    />
  ),
  cell: ({ row: { original } }) => (
    <Checkbox
      size="xs"
      aria-label={t('selectOne', { name: certificateName(original) })}
      checked={has(original.id)}
      onChange={() => toggle(original.id)}
    />
  ),
});

const identityColumns = (t: Texts): Column[] => [
  {
    id: 'serial',
    ...fixed,
    meta: { label: t('serial'), isWideOnly: true },
    cell: ({ row: { original } }) => (
      <CopyLine value={original.serial} name={t('serial')}>
        {original.serial.slice(0, 8)}
      </CopyLine>
    ),
  },
  {
    id: 'fingerprint',
    ...fixed,
    meta: { label: t('fingerprint'), isWideOnly: true },
    cell: ({ row: { original } }) => (
      <CopyLine value={original.fingerprint} name={t('fingerprint')}>
        {shortFingerprint(original.fingerprint)}
      </CopyLine>
    ),
  },
];

const timeColumns = (t: Texts): Column[] => [
  {
    id: 'issued',
    accessorKey: 'issuedAt',
    meta: { label: t('issued'), width: '100px', isWideOnly: true },
    cell: ({ row }) => <RelativeTime at={row.original.issuedAt} />,
  },
  {
    id: 'expires',
    accessorKey: 'notAfter',
    meta: { label: t('expires'), width: '100px' },
    cell: ({ row }) => <RelativeTime at={row.original.notAfter} />,
  },
];
