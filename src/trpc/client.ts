'use client';
import { createTRPCContext } from '@trpc/tanstack-react-query';

import type { AppRouter } from '@/server/routers/root';

/** Typed access to the API for client components: `const trpc = useTRPC(); useQuery(trpc.machines.list.queryOptions(…))`. */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();
