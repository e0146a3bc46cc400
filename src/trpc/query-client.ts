import { defaultShouldDehydrateQuery, QueryClient } from '@tanstack/react-query';
import superjson from 'superjson';

export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      // The console may be on this computer or in a network without a way out: only a call tells whether it answers.
      queries: { staleTime: 10_000, retry: 1, networkMode: 'always' },
      mutations: { networkMode: 'always' },
      dehydrate: {
        serializeData: superjson.serialize,
        shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === 'pending',
      },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
