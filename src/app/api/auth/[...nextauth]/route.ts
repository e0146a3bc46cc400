import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';

import { limitedRequest } from '@/server/auth/limited-request';
import { nextAuthOptions } from '@/server/auth/next-auth-options';
import { AppError } from '@/server/errors/app-error';
import { getRuntime } from '@/server/runtime';

export const dynamic = 'force-dynamic';

interface RouteContext {
  readonly params: Promise<{ readonly nextauth: string[] }>;
}

const bodyMaxBytes = 16 * 1024;

// next-auth offers more, such as a door for anyone to write to the log.
const offered = new Set(['csrf', 'callback', 'signin', 'signout', 'providers', 'error']);

const handler = async (request: NextRequest, context: RouteContext): Promise<Response> => {
  const { nextauth } = await context.params;
  if (!offered.has(nextauth[0] ?? '')) return new Response(null, { status: 404 });
  try {
    const limited = await limitedRequest(request, bodyMaxBytes);
    // next-auth types its handler for both routers and answers with a Response in this one.
    return await (NextAuth(
      limited as never,
      context as never,
      nextAuthOptions(getRuntime(), request.headers),
    ) as Promise<Response>);
  } catch (error) {
    if (error instanceof AppError && error.code === 'input.too-large') return new Response(null, { status: 413 });
    throw error;
  }
};

export { handler as GET, handler as POST };
