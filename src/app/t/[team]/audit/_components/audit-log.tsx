'use client';

import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { FilterBar } from '@/app/_ui/filter-bar';
import { LoadMore } from '@/app/_ui/load-more';
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useEventColumns } from './event-columns';
import { EventDetails } from './event-details';
import { eventFilterOf } from './event-filter';

type EventPage = RouterOutputs['audit']['list'];

export interface AuditLogProps {
  readonly team: string;
  /** What the server has rendered, and the filter that it has rendered it for. */
  readonly initial: {
    readonly filter: string;
    readonly firstPage: EventPage;
    readonly facets: RouterOutputs['audit']['facets'];
  };
}

// The parameter of the open event; written beside the filter, so that a link leads to both.
const eventParameter = 'event';

// Without asking the server for the page: the list is asked for by itself.
const writeAddress = (team: string, { q, event }: { q: string; event?: number }) => {
  const address = paths.audit(team, { q });
  const parameter = event === undefined ? '' : `${address.includes('?') ? '&' : '?'}${eventParameter}=${event}`;
  window.history.replaceState(null, '', `${address}${parameter}`);
};

/** The team's events, the newest first. Filter and open event stand in the address. */
export function AuditLog({ team, initial }: AuditLogProps) {
  const t = useTranslations('audit');
  const search = useSearchParams();
  const filter = search.get('q') ?? '';
  const openSeq = search.get(eventParameter);
  const query = useEvents({ team, filter, initial });
  const events = query.data?.pages.flatMap((page) => page.events);
  const open = useCallback((event: number) => writeAddress(team, { q: filter, event }), [team, filter]);
  const columns = useEventColumns(open);
  const setFilter = (q: string) => writeAddress(team, { q });

  if (filter === '' && events?.length === 0) {
    return <EmptyState icon={IconHistory} title={t('empty')} description={t('emptyDescription')} />;
  }
  return (
    <>
      <FilterBar
        value={filter}
        onChange={setFilter}
        label={t('filter')}
        placeholder={t('filterPlaceholder')}
        facets={[
          { key: 'action', label: t('action'), options: initial.facets.actions.map((value) => ({ value })) },
          { key: 'actor', label: t('actor'), options: initial.facets.actors.map((value) => ({ value })) },
        ]}
      />
      <CallError error={query.error} />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={events}
        rowId={(event) => event.id}
        onRowOpen={(event) => open(event.seq)}
        isRefreshing={query.isPlaceholderData}
        empty={
          <EmptyState icon={IconHistory} title={t('nothing')} description={t('nothingDescription')}>
            <Button variant="default" onClick={() => setFilter('')}>
              {t('clear')}
            </Button>
          </EmptyState>
        }
      />
      <LoadMore query={query} label={t('more')} />
      <EventDetails
        isOpen={openSeq !== null}
        event={events?.find((event) => String(event.seq) === openSeq)}
        onClose={() => setFilter(filter)}
      />
    </>
  );
}

function useEvents({ team, filter, initial }: AuditLogProps & { readonly filter: string }) {
  const trpc = useTRPC();
  return useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(
      { team, ...eventFilterOf(filter) },
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        placeholderData: keepPreviousData,
        ...(filter === initial.filter && { initialData: { pages: [initial.firstPage], pageParams: [null] } }),
      },
    ),
  );
}
