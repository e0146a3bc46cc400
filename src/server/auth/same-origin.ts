import 'server-only';
import { AppError } from '@/server/errors/app-error';

const hostOf = (origin: string): string | undefined => {
  try {
    return new URL(origin).host;
  } catch {
    // "null", which browsers send from sandboxed frames, is no address.
    return undefined;
  }
};

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a change that another site's page has a browser send. Programs outside of browsers send no Origin header and
 * carry no cookie that they were not given, so they pass. Behind a proxy the host that people use is X-Forwarded-Host.
 * Throws auth.origin-rejected. Source: OWASP CSRF Prevention Cheat Sheet, "Verifying Origin With Standard Headers".
 */
export function assertSameOrigin({ method, headers }: Pick<Request, 'method' | 'headers'>): void {
  const origin = headers.get('origin');
  if (safeMethods.has(method) || origin === null) return;
  const own = [headers.get('host'), headers.get('x-forwarded-host')];
  const host = hostOf(origin);
  if (host !== undefined && own.some((name) => name?.toLowerCase() === host)) return;
  throw new AppError({
    code: 'auth.origin-rejected',
    public: 'The request comes from another site. Open the console at its own address and try again.',
    internal: `origin ${origin.slice(0, 200)}, host ${own.join(', ')}`,
  });
}
