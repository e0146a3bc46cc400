import { readiness } from '@/server/operations/readiness';

export const dynamic = 'force-dynamic';

/** 200 when this process can serve requests, 503 while it starts, stops or has no database. */
export async function GET(): Promise<Response> {
  const ready = await readiness();
  return Response.json(ready, { status: ready.status === 'ready' ? 200 : 503 });
}
