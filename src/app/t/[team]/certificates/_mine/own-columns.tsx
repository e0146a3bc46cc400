'use client';

import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';

import { CopyLine } from '@/app/_ui/copy';
import { MachineLink } from '@/app/_ui/machine-link';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { CertificateStateBadge } from '../_components/certificate-state-badge';
import { LastUse } from '../_components/last-use';
import { shortHex } from '../_data/certificate-name';
import type { CertificateRow } from '../_data/types';

/** What each of a member's devices holds. */
export function useOwnColumns(team: string): ColumnDef<CertificateRow>[] {
  const t = useTranslations('certificates.columns');
  return useMemo(
    () => [
      {
        id: 'device',
        accessorFn: ({ deviceName }) => deviceName ?? '',
        meta: { label: t('device'), isTitle: true },
        cell: ({ row: { original } }) => <Link href={paths.certificate(team, original.id)}>{original.deviceName}</Link>,
      },
      {
        id: 'state',
        accessorKey: 'state',
        meta: { label: t('state'), width: '120px' },
        cell: ({ row }) => <CertificateStateBadge state={row.original.state} />,
      },
      {
        id: 'expires',
        accessorKey: 'notAfter',
        meta: { label: t('expires'), width: '110px' },
        cell: ({ row }) => <RelativeTime at={row.original.notAfter} />,
      },
      {
        id: 'accepted',
        enableSorting: false,
        meta: { label: t('acceptedBy') },
        cell: ({ row: { original } }) =>
          original.state === 'active' ? <AcceptedBy team={team} id={original.id} /> : t('acceptedByNone'),
      },
      {
        id: 'lastUsed',
        accessorFn: ({ lastUse }) => lastUse?.at.getTime() ?? 0,
        meta: { label: t('lastUsed') },
        cell: ({ row: { original } }) => <LastUse team={team} use={original.lastUse} />,
      },
      {
        id: 'fingerprint',
        enableSorting: false,
        meta: { label: t('fingerprint'), isWideOnly: true },
        cell: ({ row: { original } }) => (
          <CopyLine value={original.fingerprint} name={t('fingerprint')}>
            {shortHex(original.fingerprint)}
          </CopyLine>
        ),
      },
    ],
    [t, team],
  );
}

const namesShown = 3;

/** The machines that let the certificate in, and those that have not heard of it yet. */
function AcceptedBy({ team, id }: { readonly team: string; readonly id: string }) {
  const t = useTranslations('certificates.columns');
  const trpc = useTRPC();
  const { data } = useQuery(trpc.certificates.get.queryOptions({ team, id }));
  if (!data) return <Skeleton height={12} width={120} />;
  const wanted = data.machines.filter(({ admitted }) => admitted);
  const confirmed = wanted.filter((machine) => machine.confirmed);
  const pending = wanted.length - confirmed.length;
  if (wanted.length === 0) return t('acceptedByNone');
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: '0 8px' }}>
      {confirmed.slice(0, namesShown).map(({ machineId, name }) => (
        <MachineLink key={machineId} team={team} name={name} />
      ))}
      {confirmed.length > namesShown && (
        <Link href={paths.certificate(team, id)}>{t('more', { count: confirmed.length - namesShown })}</Link>
      )}
      {pending > 0 && (
        <Link href={paths.certificate(team, id)}>
          <StatusBadge tone="attention">{t('pending', { count: pending })}</StatusBadge>
        </Link>
      )}
    </span>
  );
}
