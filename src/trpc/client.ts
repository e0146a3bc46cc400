'use client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createTRPCContext } from '@trpc/tanstack-react-query';

import type { AppRouter } from '@/server/routers/root';

/** Typed access to the API for client components: `const trpc = useTRPC(); useQuery(trpc.machines.list.queryOptions(…))`. */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** What each procedure answers, as client components get it. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;

/** What each procedure takes. */
export type RouterInputs = inferRouterInputs<AppRouter>;
