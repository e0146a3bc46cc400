import { type NextRequest, NextResponse } from 'next/server';

import { contentSecurityPolicy } from './lib/content-security-policy';

/**
 * Gives every page its own nonce, which Next reads from the request's policy and puts on its scripts, and the address
 * that was asked for. Headers of the same name from outside are overwritten.
 */
export function proxy(request: NextRequest) {
  const nonce = Buffer.from(crypto.randomUUID()).toString('base64');
  // oxlint-disable-next-line eslint/no-restricted-properties -- NODE_ENV is a constant of the build, not a setting
  const policy = contentSecurityPolicy({ nonce, isDevelopment: process.env.NODE_ENV === 'development' });

  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  // Where a page that needs a sign-in sends people back to.
  headers.set('x-path', request.nextUrl.pathname + request.nextUrl.search);
  headers.set('content-security-policy', policy);
  // Where a signed-out browser comes back to after signing in; a layout has no other way to know.
  headers.set('x-path', request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

export const config = {
  // API answers and files are no documents: they need no nonce, and a stream should not pass through here.
  matcher: ['/((?!api/|pki/|_next/|healthz|readyz|metrics|icon.svg).*)'],
};
