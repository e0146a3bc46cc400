import 'server-only';
import { TRPCError } from '@trpc/server';
import { notFound } from 'next/navigation';
import { cache } from 'react';

import { getCaller } from '@/trpc/server';

export interface MachinePageParams {
  readonly team: string;
  readonly machine: string;
}

/** The machine of a page, once per request; a machine that is not there, or another team's, is the not-found page. */
export const loadMachinePage = cache(async (team: string, machine: string) => {
  const caller = await getCaller();
  try {
    return await caller.machines.get({ team, machine: decodeURIComponent(machine) });
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST')) notFound();
    throw error;
  }
});
