import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { NextRequest } from 'next/server';

import { limitedRequest } from '@/server/auth/limited-request';
import { requestScope } from '@/server/auth/request-scope';
import { assertSameOrigin } from '@/server/auth/same-origin';
import { toAppError } from '@/server/errors/app-error';
import { appRouter } from '@/server/routers/root';
import { asTrpc } from '@/server/trpc';

export const dynamic = 'force-dynamic';

// The largest input is a file that somebody pastes: a key, an engine's settings.
const bodyMaxBytes = 1024 * 1024;

const handler = async (request: NextRequest): Promise<Response> => {
  // What stops a request before its procedure still answers in the API's own shape: tRPC asks for the context first.
  const admitted = await admit(request).then(
    (limited) => ({ request: limited, refusal: null }),
    (error: unknown) => ({ request: withoutBody(request), refusal: toAppError(error) }),
  );
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: admitted.request,
    router: appRouter,
    createContext: () => {
      if (admitted.refusal) throw asTrpc(admitted.refusal);
      return requestScope(request.headers);
    },
  });
};

const admit = async (request: NextRequest): Promise<Request> => {
  assertSameOrigin(request);
  return limitedRequest(request, bodyMaxBytes);
};

// The headers say in which form the answer is awaited.
const withoutBody = ({ url, method, headers }: Request) => new Request(url, { method, headers });

export { handler as GET, handler as POST };
