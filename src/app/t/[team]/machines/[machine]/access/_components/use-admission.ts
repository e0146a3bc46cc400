'use client';

import { useQuery } from '@tanstack/react-query';

import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../../../_live/team-live';

/** Who gets in, how that is enforced, and what the host has confirmed of it. */
export type MachineAdmission = RouterOutputs['machines']['admission'];

const pendingRefetchMs = 3000;
const quietRefetchMs = 30_000;

/** A machine's admission, live: looked at more often while the host lags behind. */
export function useAdmission(team: string, machine: string) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.machines.admission.queryOptions(
      { team, machine },
      { refetchInterval: ({ state }) => (state.data?.pendingSince ? pendingRefetchMs : quietRefetchMs) },
    ),
  );
  useTeamChange(() => void query.refetch());
  return query;
}
