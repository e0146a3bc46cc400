import { createHash } from 'node:crypto';

import { pkiFiles } from '@/lib/paths';
import { publishedFile } from '@/server/operations/pki/published-files';
import { getRuntime } from '@/server/runtime';

export const dynamic = 'force-dynamic';

interface RouteContext {
  readonly params: Promise<{ readonly team: string; readonly file: string }>;
}

const notFound = (): Response =>
  new Response('There is no such file.\n', {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });

/**
 * CA certificates and revocation lists of a team, for anyone: a list is worth something only where everybody can fetch it.
 * Copies may be kept but must be asked about each time (by ETag), so that a revocation is out at once.
 */
export async function GET(request: Request, { params }: RouteContext): Promise<Response> {
  const { team, file: name } = await params;
  const file = pkiFiles.find((known) => known === name);
  const published = file && (await publishedFile(getRuntime(), { team, file }));
  if (!published) return notFound();
  const { body, contentType } = published;
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
  const headers = { etag, 'cache-control': 'public, no-cache' };
  const asked = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (asked.includes(etag)) return new Response(null, { status: 304, headers });
  return new Response(new Uint8Array(body), {
    headers: { ...headers, 'content-type': contentType, 'content-disposition': `attachment; filename="${name}"` },
  });
}
