import NextAuth from 'next-auth';

import { nextAuthOptions } from '@/server/auth/next-auth-options';
import { getRuntime } from '@/server/runtime';

export const dynamic = 'force-dynamic';

interface RouteContext {
  readonly params: Promise<{ readonly nextauth: string[] }>;
}

const handler = (request: Request, context: RouteContext): Promise<Response> =>
  // next-auth types its handler for both routers and answers with a Response in this one.
  NextAuth(request as never, context as never, nextAuthOptions(getRuntime(), request.headers)) as Promise<Response>;

export { handler as GET, handler as POST };
