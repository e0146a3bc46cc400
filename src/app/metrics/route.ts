import { mayReadMetrics, metricsPage } from '@/server/operations/system/metrics-page';

export const dynamic = 'force-dynamic';

const refusal = (sentence: string, status: number): Response =>
  new Response(`${sentence}\n`, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    },
  });

/** What this process counts and measures, in the text format of Prometheus. docs/operations.md lists it. */
export async function GET(request: Request): Promise<Response> {
  const verdict = mayReadMetrics(request.headers);
  if (verdict === 'hidden') return refusal('There is nothing here.', 404);
  if (verdict === 'token-wrong') return refusal('This needs the token of QUAYMASTER_METRICS_TOKEN.', 401);
  const { body, contentType } = await metricsPage();
  return new Response(body, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } });
}
