import 'server-only';
import { createHash, timingSafeEqual } from 'node:crypto';

import { collectDefaultMetrics } from 'prom-client';

import { localHeader } from '@/server/log/http-requests';
import { metrics } from '@/server/metrics/metrics';
import { readState } from '@/server/metrics/read-state';
import { getRuntime } from '@/server/runtime';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Who may read the metrics: this machine itself (through no proxy), and whoever brings the token of QUAYMASTER_METRICS_TOKEN.
 * Without a token the page is hidden from everybody else.
 */
export function mayReadMetrics(headers: Headers): 'yes' | 'hidden' | 'token-wrong' {
  if (headers.get(localHeader) === '1') return 'yes';
  const { metricsToken } = getRuntime().env;
  if (metricsToken === undefined) return 'hidden';
  const brought = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(brought), digest(metricsToken)) ? 'yes' : 'token-wrong';
}

/** The metrics of this process as text. What the database would say is left out while it does not answer. */
export async function metricsPage(): Promise<{ body: string; contentType: string }> {
  const runtime = getRuntime();
  const { registry } = metrics();
  if (!registry.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics({ register: registry });
  await readState(runtime).catch((err: unknown) => {
    runtime.log.warn({ err }, 'the metrics of the database could not be read');
  });
  return { body: await registry.metrics(), contentType: registry.contentType };
}
