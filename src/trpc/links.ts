import { httpBatchStreamLink, httpSubscriptionLink, splitLink, type TRPCLink } from '@trpc/client';
import superjson from 'superjson';

import type { AppRouter } from '@/server/routers/root';

import { markQuestions } from './failed-question';

const defaultUrl = '/api/trpc';

/** How calls reach the API: in streamed batches, subscriptions over server-sent events. */
export const apiLinks = (url = defaultUrl): TRPCLink<AppRouter>[] => [
  markQuestions,
  splitLink({
    condition: (operation) => operation.type === 'subscription',
    true: httpSubscriptionLink({ url, transformer: superjson }),
    false: httpBatchStreamLink({ url, transformer: superjson }),
  }),
];
