'use client';

import { useQuery } from '@tanstack/react-query';

import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../../_live/team-live';

export type Machine = RouterOutputs['machines']['get'];

/** The machine as it is now: what the page was drawn with, then kept fresh. */
export function useMachine(team: string, initial: Machine): Machine {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.machines.get.queryOptions({ team, machine: initial.name }, { initialData: initial, refetchInterval: 30_000 }),
  );
  useTeamChange(() => void query.refetch());
  return query.data;
}
