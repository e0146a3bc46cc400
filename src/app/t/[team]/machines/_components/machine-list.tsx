'use client';

import { Button, Checkbox, Group, Text, UnstyledButton } from '@mantine/core';
import type { SortingState } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useRouter, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import type { Facet } from '@/app/_ui/facet-menu';
import { FilterBar } from '@/app/_ui/filter-bar';
import { type MachineProblem, machineProblems, machineStates } from '@/lib/machine';
import { parseMachineOrder } from '@/lib/machine-filter';
import { paths } from '@/lib/paths';

import { BulkBar } from '../_bulk/bulk-bar';
import { useMachineColumns } from './machine-columns';
import { MachineStateBadge } from './machine-state-badge';
import { NoMachines, type OfferedDriver } from './no-machines';
import { type MachineSelection, useMachineSelection } from './use-machine-selection';
import {
  type InitialMachines,
  type MachineFacets,
  type MachineRow,
  type MachinesAddress,
  useMachineFacets,
  useMachineNames,
  useMachines,
} from './use-machines';

export interface MachineListProps {
  readonly team: string;
  /** What the server has rendered, and the address that it has rendered it for. */
  readonly initial: InitialMachines & { readonly facets: MachineFacets };
  /** Those that the member may make machines with. */
  readonly drivers: readonly OfferedDriver[];
  readonly mayOperate: boolean;
}

/** The team's machines, live, any number of them. Filter and order stand in the address. */
export function MachineList({ team, initial, drivers, mayOperate }: MachineListProps) {
  const t = useTranslations('machines');
  const router = useRouter();
  const { filter, sort, setFilter, setSort } = useAddress(team);
  const { rows, counts, ...machines } = useMachines({ team, filter, sort }, initial);
  const facets = useFacets(useMachineFacets(team, initial.facets));
  const selection = useMachineSelection(filter, useNames(rows));
  const columns = useMachineColumns(team, mayOperate ? selection : null);
  if (counts.total === 0) return <NoMachines team={team} drivers={drivers} />;
  return (
    <>
      <CallError error={machines.error} />
      <FilterBar
        value={filter}
        onChange={setFilter}
        facets={facets}
        label={t('filter')}
        placeholder={t('filterExample')}
      >
        <Text size="sm" c="dimmed">
          {t('count', { shown: counts.matching, total: counts.total })}
        </Text>
      </FilterBar>
      {selection.names.length > 0 && <BulkBar team={team} selection={selection.names} onDone={selection.clear} />}
      {mayOperate && rows && rows.length > 0 && (
        <SelectAll address={{ team, filter, sort }} matching={counts.matching} selection={selection} />
      )}
      <DataTable
        label={t('title')}
        columns={columns}
        rows={rows}
        rowId={(machine) => machine.name}
        sorting={sortingOf(sort)}
        onSortingChange={setSort}
        isSortedOutside
        isVirtual
        onRange={machines.onRange}
        isRefreshing={machines.isRefreshing}
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

function useNames(rows: readonly MachineRow[] | undefined): readonly string[] {
  const text = rows?.map(({ name }) => name).join(' ') ?? '';
  return useMemo(() => (text === '' ? [] : text.split(' ')), [text]);
}

const sortingOf = (sort: string | null): SortingState => {
  const { sort: id, order } = parseMachineOrder(sort);
  return [{ id, desc: order === 'desc' }];
};

function useAddress(team: string) {
  const search = useSearchParams();
  const filter = search.get('q') ?? '';
  const sort = search.get('sort');
  // Without asking the server for the page: the list is asked for by itself.
  const write = (q: string, order: string | null) =>
    window.history.replaceState(null, '', paths.machines(team, { q, sort: order ?? undefined }));
  return {
    filter,
    sort,
    setFilter: (q: string) => write(q, sort),
    setSort: ([first]: SortingState) => write(filter, first ? `${first.desc ? '-' : ''}${first.id}` : null),
  };
}

function useFacets(counts: MachineFacets): Facet[] {
  const t = useTranslations('machines');
  const countOf = (of: MachineFacets['state'], value: string) => of.find((one) => one.value === value)?.count;
  const states = machineStates.flatMap((value) => {
    const count = countOf(counts.state, value);
    return count === undefined ? [] : [{ value, count, label: <MachineStateBadge state={value} /> }];
  });
  const problems = machineProblems.flatMap((value: MachineProblem) => {
    const count = countOf(counts.problem, value);
    return count === undefined ? [] : [{ value, count, label: t(`problem.${value}.name`) }];
  });
  return [
    { key: 'state', label: t('columns.state'), options: states },
    { key: 'problem', label: t('columns.problem'), options: problems },
    { key: 'driver', label: t('columns.driver'), options: counts.driver },
    { key: 'label', label: t('columns.labels'), options: counts.label },
  ];
}

interface SelectAllProps {
  readonly address: MachinesAddress;
  readonly matching: number;
  readonly selection: MachineSelection;
}

/** As many as one action takes. */
const selectedMax = 500;

/** Chooses the loaded rows, and then all that fit the filter. */
function SelectAll({ address, matching, selection }: SelectAllProps) {
  const t = useTranslations('machines.selection');
  const namesOf = useMachineNames(address);
  const count = Math.min(matching, selectedMax);
  const isOffered = selection.state === 'all' && selection.names.length < count;
  return (
    <Group gap={16} mb={8} mih={24}>
      <Checkbox
        size="xs"
        label={t('all')}
        checked={selection.state === 'all'}
        indeterminate={selection.state === 'some'}
        onChange={selection.toggleAll}
      />
      {isOffered && (
        <UnstyledButton
          fz="sm"
          c="var(--mantine-primary-color-text)"
          onClick={() => void namesOf().then(selection.choose)}
        >
          {matching > selectedMax ? t('first', { count }) : t('matching', { count })}
        </UnstyledButton>
      )}
    </Group>
  );
}
