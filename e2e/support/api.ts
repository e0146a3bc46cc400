import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';

import type { AppRouter } from '@/server/routers/root';

import type { Person } from './browser';

const callTimeoutMs = 60_000;

/** The API as the person's browser calls it: over HTTP, with the browser's own session. */
export function apiOf(person: Person, url: string) {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/api/trpc`,
        transformer: superjson,
        headers: async () => {
          const cookies = await person.context.cookies(url);
          return { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
        },
        fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(callTimeoutMs) } as RequestInit),
      }),
    ],
  });
}

export type Api = ReturnType<typeof apiOf>;
