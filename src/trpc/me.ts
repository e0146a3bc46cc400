import 'server-only';
import { TRPCError } from '@trpc/server';
import { cache } from 'react';

import { getCaller } from './server';

/** Who asked for the page, with their teams; null when signed out. One query per request. */
export const findMe = cache(async () => {
  const caller = await getCaller();
  try {
    return await caller.session.me();
  } catch (error) {
    if (error instanceof TRPCError && error.code === 'UNAUTHORIZED') return null;
    throw error;
  }
});
