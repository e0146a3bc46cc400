import 'server-only';
import { performance } from 'node:perf_hooks';

import { metrics } from '@/server/metrics/metrics';

import type { Log } from './log';

const slowMs = 1000;

export interface Call {
  readonly log: Log;
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
}

/** How a call ended: with an answer, refused or failed as the catalogue says, or in a way that nobody expected. */
export type CallEnd =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly code: string; readonly internal?: string | undefined }
  | { readonly kind: 'unexpected'; readonly error: unknown };

/**
 * Measures one call of the API and writes one line where it failed or was slow. What a stream does after it has begun is not
 * part of it. Returns the function to call at the end.
 */
export function observeCall({ log, path, type }: Call): (end: CallEnd) => void {
  const startedAt = performance.now();
  return (end) => {
    const ms = Math.round(performance.now() - startedAt);
    if (type !== 'subscription') metrics().callDuration.observe({ type, outcome: end.kind }, ms / 1000);
    if (end.kind === 'unexpected') log.error({ err: end.error, path, type, ms }, 'a call failed unexpectedly');
    else if (end.kind === 'refused') {
      log.info({ path, type, ms, code: end.code, internal: end.internal }, 'a call was refused');
    } else if (type !== 'subscription' && ms >= slowMs) log.warn({ path, type, ms }, 'a call was slow');
  };
}
