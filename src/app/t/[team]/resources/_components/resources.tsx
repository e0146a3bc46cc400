'use client';

import { Button, Group, Text, Title } from '@mantine/core';
import { IconPackages } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useSearchParams } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { LoadMore } from '@/app/_ui/load-more';
import { Mono } from '@/app/_ui/mono';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import { ActDialog } from './act-dialog';
import { Compare } from './compare';
import { useResourceColumns } from './resource-columns';
import { isSameFilter, type ResourceFilter, resourceFilterOf } from './resource-filter';
import { ResourceMenu } from './resource-menu';
import type { ResourcePage, Tombstone } from './resource-types';
import { StandingFilter } from './standing-filter';
import { Tombstones } from './tombstones';
import { useResourceActs } from './use-resource-acts';

export interface ResourcesProps {
  readonly team: string;
  /** What the server has rendered, and the filter that it has rendered it for. */
  readonly initial: {
    readonly filter: ResourceFilter;
    readonly firstPage: ResourcePage;
    readonly tombstones: readonly Tombstone[];
  };
}

/** What the team has at its providers by the ledger, and where that and the providers differ. */
export function Resources({ team, initial }: ResourcesProps) {
  const t = useTranslations('resources');
  const values = useSearchParams();
  const filter = resourceFilterOf({ machine: values.get('machine'), show: values.get('show') });
  const { query, page, tombstones } = useResources(team, filter, initial);
  const columns = useResourceColumns(team);
  const acts = useResourceActs(team);
  const setFilter = (next: { machine: string | undefined; show: string | undefined }) =>
    window.history.replaceState(null, '', paths.resources(team, next));
  const { machine, show } = filter;
  const isEmpty = Object.values(page.counts).every((count) => count === 0) && tombstones.length === 0;
  return (
    <>
      {machine !== undefined && (
        <Group gap={12} mb={12}>
          <Text>{t.rich('onlyMachine', { name: () => <Mono>{machine}</Mono> })}</Text>
          <Button variant="default" size="xs" onClick={() => setFilter({ machine: undefined, show })}>
            {t('allMachines')}
          </Button>
        </Group>
      )}
      <Compare team={team} machine={machine} comparedAt={page.comparedAt} whyNot={page.whyNothing ?? undefined} />
      {isEmpty ? (
        <EmptyState icon={IconPackages} title={t('empty')} description={page.whyNothing ?? t('emptyHint')} />
      ) : (
        <>
          <Tombstones team={team} tombstones={tombstones} />
          <Title order={2} size="h4" mb={8}>
            {t('ledger')}
          </Title>
          <StandingFilter value={show} counts={page.counts} onChange={(next) => setFilter({ machine, show: next })} />
          <CallError error={query.error ?? acts.adoptError} />
          <DataTable
            label={t('title')}
            columns={columns}
            rows={query.data?.pages.flatMap(({ resources }) => resources)}
            rowId={({ id }) => id}
            rowActions={(row) => <ResourceMenu resource={row} onAct={acts.begin} />}
            isRefreshing={query.isPlaceholderData}
            empty={<EmptyState icon={IconPackages} title={t('nothing')} description={t('nothingHint')} />}
          />
          <LoadMore query={query} label={t('more')} />
        </>
      )}
      {acts.asked && (
        <ActDialog
          {...acts.asked}
          isPending={acts.isPending}
          error={acts.error}
          onConfirm={acts.confirm}
          onClose={acts.close}
        />
      )}
    </>
  );
}

function useResources(team: string, filter: ResourceFilter, initial: ResourcesProps['initial']) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.resources.list.infiniteQueryOptions(
      { team, ...filter },
      {
        getNextPageParam: (page) => page.next ?? undefined,
        placeholderData: keepPreviousData,
        ...(isSameFilter(filter, initial.filter) && {
          initialData: { pages: [initial.firstPage], pageParams: [null] },
        }),
      },
    ),
  );
  const tombstones = useQuery(
    trpc.resources.tombstones.queryOptions({ team }, { initialData: [...initial.tombstones] }),
  );
  useTeamChange(() => {
    void query.refetch();
    void tombstones.refetch();
  });
  const shown = tombstones.data.filter(
    ({ machineName }) => filter.machine === undefined || machineName === filter.machine,
  );
  return { query, page: query.data?.pages[0] ?? initial.firstPage, tombstones: shown };
}
