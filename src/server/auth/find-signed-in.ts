import 'server-only';
import type { Runtime } from '@/server/runtime';

import type { SignedIn } from './signed-in';

/** Reads the session of a request; null when there is none, or it has expired or been ended. */
export function findSignedIn(_runtime: Runtime, _headers: Headers): Promise<SignedIn | null> {
  return Promise.resolve(null);
}
