import 'server-only';
import { TRPCError } from '@trpc/server';
import { notFound } from 'next/navigation';
import { cache } from 'react';

import { getCaller } from '@/trpc/server';

export interface HypervisorPageParams {
  readonly team: string;
  readonly host: string;
}

/** The hypervisor host of the page; the page is not found where there is none. */
export const loadHypervisorPage = cache(async (team: string, id: string) => {
  const caller = await getCaller();
  try {
    return await caller.hypervisors.get({ team, id });
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST')) notFound();
    throw error;
  }
});
