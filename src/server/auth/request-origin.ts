import 'server-only';
import { randomUUID } from 'node:crypto';

import { requestIdHeader } from '@/server/log/http-requests';

export interface RequestOrigin {
  /** The browser's address as far as it is known. */
  readonly address: string | undefined;
  /** Whether the browser speaks https, to us or to the proxy before us. */
  readonly isHttps: boolean;
  /** An id that the errors and log lines of one request share. */
  readonly requestId: string;
}

const lastOf = (list: string | null): string | undefined => list?.split(',').at(-1)?.trim() || undefined;

/**
 * Where a request comes from, by the headers that the proxy before us sets, or the web server itself where there is none.
 * Of several addresses the last counts: the nearest proxy wrote it, the ones before it are whatever the browser claims.
 */
export function requestOrigin(headers: Headers): RequestOrigin {
  return {
    address: lastOf(headers.get('x-forwarded-for'))?.slice(0, 100),
    isHttps: headers.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https',
    requestId: headers.get(requestIdHeader) ?? randomUUID(),
  };
}
