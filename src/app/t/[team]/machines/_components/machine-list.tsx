'use client';

import { Badge, Button, Group, Text } from '@mantine/core';
import { IconPlus, IconServer2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';

import { CallError } from '@/app/_account/call-error';
import { CopyLine } from '@/app/_ui/copy';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import type { Facet } from '@/app/_ui/facet-menu';
import { FilterBar } from '@/app/_ui/filter-bar';
import { LinkButton } from '@/app/_ui/link-button';
import { RelativeTime } from '@/app/_ui/relative-time';
import { machineFits } from '@/lib/machine-filter';
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import { EnforcementWord, PendingBadge } from './enforcement';
import { MachineState, MachineStateBadge } from './machine-state-badge';

type Machine = RouterOutputs['machines']['list'][number];

export interface MachineListProps {
  readonly team: string;
  readonly initial: Machine[];
  readonly filter: string;
  readonly mayCreate: boolean;
}

const countBy = (machines: readonly Machine[], valuesOf: (machine: Machine) => readonly string[]) => {
  const counts = new Map<string, number>();
  for (const value of machines.flatMap(valuesOf)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([value, count]) => ({ value, count }));
};

const labelTexts = (machine: Machine) => Object.entries(machine.labels).map(([key, value]) => `${key}=${value}`);

const useColumns = (team: string): ColumnDef<Machine>[] => {
  const t = useTranslations('machines.columns');
  return useMemo(
    () => [
      {
        id: 'name',
        accessorKey: 'name',
        meta: { label: t('name'), isTitle: true },
        cell: ({ row }) => (
          <Link className="qm-mono" href={paths.machine(team, row.original.name)}>
            {row.original.name}
          </Link>
        ),
      },
      {
        id: 'state',
        accessorKey: 'state',
        meta: { label: t('state'), width: '150px' },
        cell: ({ row: { original } }) => (
          <MachineState state={original.state} health={original.health} checkedAt={original.checkedAt} />
        ),
      },
      {
        id: 'address',
        accessorKey: 'address',
        meta: { label: t('address') },
        cell: ({ row }) => (row.original.address ? <CopyLine value={row.original.address} name={t('address')} /> : '–'),
      },
      {
        id: 'engine',
        accessorFn: (machine) => machine.facts?.engineVersion ?? '',
        meta: { label: t('engine') },
        cell: ({ row }) => <span className="qm-mono">{row.original.facts?.engineVersion ?? '–'}</span>,
      },
      {
        id: 'enforcement',
        accessorKey: 'enforcement',
        meta: { label: t('enforcement') },
        cell: ({ row: { original } }) => (
          <Group gap="0 12px" display="inline-flex">
            <EnforcementWord enforcement={original.enforcement} />
            <PendingBadge since={original.pendingSince} />
          </Group>
        ),
      },
      {
        id: 'labels',
        enableSorting: false,
        meta: { label: t('labels') },
        cell: ({ row }) => (
          <Group gap={4} display="inline-flex">
            {labelTexts(row.original).map((label) => (
              <Badge key={label} variant="default" tt="none" fw={400} className="qm-mono">
                {label}
              </Badge>
            ))}
          </Group>
        ),
      },
      {
        id: 'changed',
        accessorKey: 'changedAt',
        meta: { label: t('changed'), width: '130px' },
        cell: ({ row }) => <RelativeTime at={row.original.changedAt} />,
      },
    ],
    [t, team],
  );
};

const useFacets = (machines: readonly Machine[]): Facet[] => {
  const t = useTranslations('machines.columns');
  const states = countBy(machines, (machine) => [machine.state]);
  return [
    {
      key: 'state',
      label: t('state'),
      options: states.map((option) => ({
        ...option,
        label: <MachineStateBadge state={option.value as Machine['state']} />,
      })),
    },
    { key: 'driver', label: t('driver'), options: countBy(machines, (machine) => [machine.driver]) },
    { key: 'label', label: t('labels'), options: countBy(machines, labelTexts) },
  ];
};

function NoMachines({ team, mayCreate }: { readonly team: string; readonly mayCreate: boolean }) {
  const t = useTranslations('machines.empty');
  return (
    <EmptyState icon={IconServer2} title={t('title')} description={t('description')}>
      {mayCreate && (
        <LinkButton href={paths.newMachine(team)} leftSection={<IconPlus size={16} aria-hidden />}>
          {t('begin')}
        </LinkButton>
      )}
    </EmptyState>
  );
}

/** The team's machines, live; the filter stands in the address. */
export function MachineList({ team, initial, filter, mayCreate }: MachineListProps) {
  const t = useTranslations('machines');
  const router = useRouter();
  const trpc = useTRPC();
  const query = useQuery(trpc.machines.list.queryOptions({ team }, { initialData: initial, refetchInterval: 30_000 }));
  const machines = query.data;
  useTeamChange(() => void query.refetch());
  const columns = useColumns(team);
  const facets = useFacets(machines);
  const setFilter = (q: string) => router.replace(paths.machines(team, { q }), { scroll: false });
  const shown = useMemo(() => machines.filter((machine) => machineFits(machine, filter)), [machines, filter]);
  if (machines.length === 0) return <NoMachines team={team} mayCreate={mayCreate} />;
  return (
    <>
      <CallError error={query.error} />
      <FilterBar
        value={filter}
        onChange={setFilter}
        facets={facets}
        label={t('filter')}
        placeholder={t('filterExample')}
      >
        <Text size="sm" c="dimmed">
          {t('count', { shown: shown.length, total: machines.length })}
        </Text>
      </FilterBar>
      <DataTable
        label={t('title')}
        columns={columns}
        rows={shown}
        rowId={(machine) => machine.id}
        onRowOpen={(machine) => router.push(paths.machine(team, machine.name))}
        empty={
          <EmptyState title={t('noMatch.title')} description={t('noMatch.description')}>
            <Button variant="default" onClick={() => setFilter('')}>
              {t('noMatch.clear')}
            </Button>
          </EmptyState>
        }
      />
    </>
  );
}
