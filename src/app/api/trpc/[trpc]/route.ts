import { fetchRequestHandler } from '@trpc/server/adapters/fetch';

import { requestScope } from '@/server/auth/request-scope';
import { assertSameOrigin } from '@/server/auth/same-origin';
import { toAppError } from '@/server/errors/app-error';
import { appRouter } from '@/server/routers/root';
import { asTrpc } from '@/server/trpc';

export const dynamic = 'force-dynamic';

const handler = (request: Request): Promise<Response> =>
  fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: () => {
      try {
        assertSameOrigin(request);
      } catch (error) {
        throw asTrpc(toAppError(error));
      }
      return requestScope(request.headers);
    },
  });

export { handler as GET, handler as POST };
