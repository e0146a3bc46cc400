import { fetchRequestHandler } from '@trpc/server/adapters/fetch';

import { requestScope } from '@/server/auth/request-scope';
import { appRouter } from '@/server/routers/root';

export const dynamic = 'force-dynamic';

const handler = (request: Request): Promise<Response> =>
  fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: () => requestScope(request.headers),
  });

export { handler as GET, handler as POST };
