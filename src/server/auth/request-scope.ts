import 'server-only';
import { randomUUID } from 'node:crypto';

import { getRuntime } from '@/server/runtime';
import type { RequestScope } from '@/server/trpc';

import { findSignedIn } from './find-signed-in';

/** The address of the browser: the first of X-Forwarded-For where a proxy set it, as the console itself sees loopback there. */
const addressOf = (headers: Headers): string | undefined =>
  headers.get('x-forwarded-for')?.split(',')[0]?.trim() || headers.get('x-real-ip') || undefined;

/** Makes the scope of one request from its headers: who is signed in, from where, and an id that errors and logs share. */
export async function requestScope(headers: Headers): Promise<RequestScope> {
  const runtime = getRuntime();
  return {
    runtime,
    signedIn: await findSignedIn(runtime, headers),
    address: addressOf(headers),
    requestId: randomUUID(),
  };
}
