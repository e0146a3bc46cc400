'use client';

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef } from 'react';

import type { RowRange } from '@/app/_ui/data-table';
import { type MachineOrder, parseMachineOrder } from '@/lib/machine-filter';
import { type RouterOutputs, useTRPC, useTRPCClient } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';

export type MachinePage = RouterOutputs['machines']['list'];
export type MachineRow = MachinePage['machines'][number];
export type MachineFacets = RouterOutputs['machines']['facets'];

const pageRows = 100;
/** Where the next page is asked for: so many rows before the last one. */
const aheadRows = 30;
/** More pages than these are not loaded again at every change; the rows in sight are. */
const reloadedPagesMax = 2;
/** As many as one call takes. */
const refreshedMax = 100;

export interface MachinesAddress {
  readonly team: string;
  readonly filter: string;
  readonly sort: string | null;
}

export interface InitialMachines {
  readonly filter: string;
  readonly sort: string | null;
  readonly firstPage: MachinePage;
}

const none: readonly MachinePage[] = [];

/** The pages of the list so far, live. The rows keep their place: a change renews what stands in them. */
export function useMachines(address: MachinesAddress, initial: InitialMachines) {
  const { team, filter, sort } = address;
  const trpc = useTRPC();
  const input = { team, filter, ...parseMachineOrder(sort), limit: pageRows };
  const isInitial = filter === initial.filter && sort === initial.sort;
  const query = useInfiniteQuery(
    trpc.machines.list.infiniteQueryOptions(input, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      ...(isInitial && { initialData: { pages: [initial.firstPage], pageParams: [null] } }),
    }),
  );
  const pages = query.data?.pages ?? none;
  // The same rows as before where nothing has changed, so that nothing is drawn again.
  const rows = useMemo(() => pages.flatMap((page) => page.machines), [pages]);
  const range = useRef<RowRange>({ from: 0, to: -1 });
  const renew = useRenewInPlace(input);
  useTeamChange(() => {
    if (pages.length <= reloadedPagesMax) void query.refetch();
    else void renew(rows.slice(range.current.from, range.current.to + 1).map(({ name }) => name));
  });
  return {
    rows: query.data && rows,
    counts: pages[0] ?? initial.firstPage,
    error: query.error,
    isRefreshing: query.isPlaceholderData,
    onRange: (next: RowRange) => {
      range.current = next;
      const isNear = next.to >= rows.length - aheadRows;
      if (isNear && query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
  };
}

type ListInput = MachineOrder & { readonly team: string; readonly filter: string; readonly limit: number };

function useRenewInPlace(input: ListInput) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const key = trpc.machines.list.infiniteQueryKey(input);
  return async (names: readonly string[]): Promise<void> => {
    const { machines } = await client.machines.rows.query({ team: input.team, names: names.slice(0, refreshedMax) });
    const fresh = new Map(machines.map((machine) => [machine.name, machine]));
    queryClient.setQueryData(
      key,
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            machines: page.machines.map((machine) => fresh.get(machine.name) ?? machine),
          })),
        },
    );
  };
}

/** What the list can be filtered by, live. */
export function useMachineFacets(team: string, initial: MachineFacets): MachineFacets {
  const trpc = useTRPC();
  const query = useQuery(trpc.machines.facets.queryOptions({ team }, { initialData: initial }));
  useTeamChange(() => void query.refetch());
  return query.data;
}

/** The names of the first machines of the list, as many as can be chosen. */
export function useMachineNames({ team, filter, sort }: MachinesAddress) {
  const client = useTRPCClient();
  return useCallback(
    async () => (await client.machines.names.query({ team, filter, ...parseMachineOrder(sort) })).names,
    [client, team, filter, sort],
  );
}
