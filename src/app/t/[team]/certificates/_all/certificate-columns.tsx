'use client';

import { Checkbox, Group } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';

import { CopyLine } from '@/app/_ui/copy';
import { RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';

import { CertificateStateBadge } from '../_components/certificate-state-badge';
import { LastUse } from '../_components/last-use';
import { certificateName, shortHex } from '../_data/certificate-name';
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
      {
        id: 'name',
        ...fixed,
        meta: { label: t('name'), isTitle: true },
        header: () => (selection ? <SelectAll selection={selection} /> : t('name')),
        cell: ({ row: { original } }) => (
          <Group gap={12} wrap="nowrap">
            {selection && <SelectOne selection={selection} certificate={original} />}
            <Link
              className={original.kind === 'engine' ? 'qm-mono' : undefined}
              href={paths.certificate(team, original.id)}
            >
              {certificateName(original)}
            </Link>
          </Group>
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
      timeColumn('expires', 'notAfter', t('expires')),
      {
        id: 'lastUsed',
        meta: { label: t('lastSeen') },
        accessorFn: ({ lastUse }) => lastUse?.at.getTime() ?? 0,
        cell: ({ row: { original } }) => <LastUse team={team} use={original.lastUse} />,
      },
      {
        ...timeColumn('issued', 'issuedAt', t('issued')),
        meta: { label: t('issued'), width: '90px', isWideOnly: true },
      },
      ...identityColumns(t),
    ],
    [t, names, team, selection],
  );
}

type Texts = ReturnType<typeof useTranslations<'certificates.columns'>>;

function SelectAll({ selection: { state, toggleAll } }: { readonly selection: Selection }) {
  const t = useTranslations('certificates.columns');
  return (
    <Group gap={12} wrap="nowrap">
      <Checkbox
        size="xs"
        aria-label={t('selectAll')}
        checked={state === 'all'}
        indeterminate={state === 'some'}
        onChange={toggleAll}
      />
      {t('name')}
    </Group>
  );
}

interface SelectOneProps {
  readonly selection: Selection;
  readonly certificate: CertificateRow;
}

function SelectOne({ selection: { has, toggle }, certificate }: SelectOneProps) {
  const t = useTranslations('certificates.columns');
  return (
    <Checkbox
      size="xs"
      aria-label={t('selectOne', { name: certificateName(certificate) })}
      checked={has(certificate.id)}
      onChange={() => toggle(certificate.id)}
    />
  );
}

const identityColumns = (t: Texts): Column[] => [
  {
    id: 'serial',
    ...fixed,
    meta: { label: t('serial'), isWideOnly: true },
    cell: ({ row: { original } }) => (
      <CopyLine value={original.serial} name={t('serial')}>
        {shortHex(original.serial)}
      </CopyLine>
    ),
  },
  {
    id: 'fingerprint',
    ...fixed,
    meta: { label: t('fingerprint'), isWideOnly: true },
    cell: ({ row: { original } }) => (
      <CopyLine value={original.fingerprint} name={t('fingerprint')}>
        {shortHex(original.fingerprint)}
      </CopyLine>
    ),
  },
];

const timeColumn = (id: string, accessorKey: 'notAfter' | 'issuedAt', label: string): Column => ({
  id,
  accessorKey,
  meta: { label, width: '90px' },
  cell: ({ row }) => <RelativeTime at={row.original[accessorKey]} />,
});
