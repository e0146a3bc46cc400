'use client';

import { useQuery } from '@tanstack/react-query';

import { useTRPC } from '@/trpc/client';

import type { Hypervisor } from '../../_components/hypervisor-values';
import { StandingBadge } from '../../_components/standing-badge';

/** The hypervisor host as it is now: what the page was drawn with, then kept fresh. */
export function useHypervisor(team: string, initial: Hypervisor): Hypervisor {
  const trpc = useTRPC();
  return useQuery(trpc.hypervisors.get.queryOptions({ team, id: initial.id }, { initialData: initial })).data;
}

/** How the host stands, beside its name. */
export function LiveStandingBadge({ team, initial }: { readonly team: string; readonly initial: Hypervisor }) {
  return <StandingBadge facts={useHypervisor(team, initial).facts} variant="soft" />;
}
