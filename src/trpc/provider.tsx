'use client';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import { type ReactNode, useState } from 'react';

import type { AppRouter } from '@/server/routers/root';

import { TRPCProvider } from './client';
import { apiLinks } from './links';
import { makeQueryClient } from './query-client';

let browserClient: QueryClient | undefined;

// One cache per page load in the browser, a new one per request on the server.
const getQueryClient = (): QueryClient => {
  if (typeof window === 'undefined') return makeQueryClient();
  browserClient ??= makeQueryClient();
  return browserClient;
};

/** Gives client components the API. */
export function TrpcProvider({ children }: { readonly children: ReactNode }) {
  const queryClient = getQueryClient();
  const [client] = useState(() => createTRPCClient<AppRouter>({ links: apiLinks() }));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
