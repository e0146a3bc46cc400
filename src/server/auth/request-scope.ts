import 'server-only';
import { getRuntime } from '@/server/runtime';
import type { RequestScope } from '@/server/trpc';

import { findSignedIn } from './find-signed-in';
import { requestOrigin } from './request-origin';

/** Makes the scope of one request from its headers: who is signed in, from where, and an id that errors and logs share. */
export async function requestScope(headers: Headers): Promise<RequestScope> {
  const runtime = getRuntime();
  const { address, requestId } = requestOrigin(headers);
  return { runtime, signedIn: await findSignedIn(runtime, headers), address, requestId };
}
