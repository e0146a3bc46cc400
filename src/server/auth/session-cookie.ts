import 'server-only';
import { decode } from 'next-auth/jwt';

import type { Runtime } from '@/server/runtime';

/** next-auth's names: the first over https, where browsers keep other sites on the host from setting it. */
const cookieNames = ['__Secure-next-auth.session-token', 'next-auth.session-token'] as const;

const cookiesOf = (headers: Headers): Map<string, string> => {
  const pairs = (headers.get('cookie') ?? '').split(/;\s*/).flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1)] as const];
  });
  return new Map(pairs);
};

/** The key that encrypts the cookie's token; the same for all replicas of an installation. */
export const sessionTokenSecret = (runtime: Runtime): string => runtime.secrets.derive('session-token');

/** The session id that a request's cookie carries; null without a cookie, or with one that we did not make. */
export async function findSessionId(runtime: Runtime, headers: Headers): Promise<string | null> {
  const cookies = cookiesOf(headers);
  for (const name of cookieNames) {
    const token = cookies.get(name);
    if (!token) continue;
    try {
      const payload = await decode({ token, secret: sessionTokenSecret(runtime) });
      if (typeof payload?.['sid'] === 'string') return payload['sid'];
    } catch {
      // Anyone can send any cookie: one that does not decrypt, or whose time has passed, is no session and no error.
    }
  }
  return null;
}
