'use client';

import { IconServerCog } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';

import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { LinkButton } from '@/app/_ui/link-button';
import { RelativeTime } from '@/app/_ui/relative-time';
import { formatBytes } from '@/lib/format/bytes';
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { StandingBadge } from './standing-badge';

type Hypervisor = RouterOutputs['hypervisors']['list'][number];

export interface HypervisorListProps {
  readonly team: string;
  readonly mayManage: boolean;
  readonly initial: readonly Hypervisor[];
}

/** The team's hypervisor hosts, as their last checks have found them. */
export function HypervisorList({ team, mayManage, initial }: HypervisorListProps) {
  const t = useTranslations('hypervisors');
  const trpc = useTRPC();
  const router = useRouter();
  const query = useQuery(trpc.hypervisors.list.queryOptions({ team }, { initialData: [...initial] }));
  const columns = useHypervisorColumns(team);
  return (
    <DataTable
      label={t('title')}
      columns={columns}
      rows={query.data}
      rowId={({ id }) => id}
      onRowOpen={({ id }) => router.push(paths.hypervisor(team, id))}
      isRefreshing={query.isFetching}
      empty={
        <EmptyState
          icon={IconServerCog}
          title={t('empty.title')}
          description={mayManage ? t('empty.description') : `${t('empty.description')} ${t('empty.forMembers')}`}
        >
          {mayManage && <LinkButton href={paths.newHypervisor(team)}>{t('register')}</LinkButton>}
        </EmptyState>
      }
    />
  );
}

function useHypervisorColumns(team: string) {
  const t = useTranslations('hypervisors');
  return useMemo<ColumnDef<Hypervisor>[]>(
    () => [
      {
        id: 'name',
        accessorKey: 'name',
        meta: { label: t('columns.name'), isTitle: true },
        cell: ({ row: { original } }) => <Link href={paths.hypervisor(team, original.id)}>{original.name}</Link>,
      },
      {
        id: 'where',
        accessorFn: ({ address }) => address ?? '',
        meta: { label: t('columns.where') },
        cell: ({ row: { original } }) =>
          original.kind === 'local' ? (
            t('own')
          ) : (
            <span className="qm-mono">
              {original.sshUser}@{original.address}
            </span>
          ),
      },
      {
        id: 'standing',
        accessorFn: ({ facts }) => facts?.failure ?? '',
        meta: { label: t('columns.standing'), width: '150px' },
        cell: ({ row: { original } }) => <StandingBadge facts={original.facts} />,
      },
      {
        id: 'hypervisors',
        accessorFn: ({ facts }) => facts?.vboxVersion ?? facts?.libvirt ?? '',
        meta: { label: t('columns.hypervisors') },
        cell: ({ row: { original } }) => <Hypervisors host={original} />,
      },
      {
        id: 'size',
        accessorFn: ({ facts }) => facts?.memoryBytes ?? 0,
        meta: { label: t('columns.size'), width: '140px' },
        cell: ({ row: { original } }) => <Size host={original} />,
      },
      {
        id: 'free',
        accessorFn: ({ facts }) => facts?.freeBytes ?? 0,
        meta: { label: t('columns.free'), width: '100px' },
        cell: ({ row: { original } }) =>
          original.facts?.freeBytes == null ? null : formatBytes(original.facts.freeBytes),
      },
      {
        id: 'machines',
        accessorFn: ({ machines }) => machines.length,
        meta: { label: t('columns.machines'), width: '90px' },
      },
      {
        id: 'checked',
        accessorFn: ({ checkedAt }) => checkedAt?.getTime() ?? 0,
        meta: { label: t('columns.checked'), width: '120px' },
        cell: ({ row: { original } }) => original.checkedAt && <RelativeTime at={original.checkedAt} />,
      },
    ],
    [t, team],
  );
}

interface HostProps {
  readonly host: Pick<Hypervisor, 'facts'>;
}

/** The hypervisors that the last check has found. */
export function Hypervisors({ host: { facts } }: HostProps) {
  const t = useTranslations('hypervisors');
  if (!facts) return null;
  const found = [
    ...(facts.vboxVersion === null ? [] : [t('vboxVersion', { version: facts.vboxVersion })]),
    ...(facts.libvirt === null ? [] : [t('libvirt', { version: facts.libvirt })]),
  ];
  return <>{found.length > 0 ? found.join('; ') : t('none')}</>;
}

/** Processors and memory. */
export function Size({ host: { facts } }: HostProps) {
  const t = useTranslations('hypervisors');
  if (facts?.cpus == null || facts.memoryBytes === null) return null;
  return <>{t('size', { cpus: facts.cpus, memory: formatBytes(facts.memoryBytes) })}</>;
}
