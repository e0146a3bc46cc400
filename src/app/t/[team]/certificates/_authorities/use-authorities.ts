'use client';

import { useQuery } from '@tanstack/react-query';

import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';

/** A CA of the team: its engines', a member's, or the console's own. */
export type Authority = RouterOutputs['authorities']['list']['authorities'][number];

/** The team's CAs, live. */
export function useAuthorities(team: string) {
  const trpc = useTRPC();
  const query = useQuery(trpc.authorities.list.queryOptions({ team }));
  useTeamChange(() => void query.refetch());
  return query;
}
