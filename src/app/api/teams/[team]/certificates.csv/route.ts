import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';

import { csvLine } from '@/lib/csv';
import { requestScope } from '@/server/auth/request-scope';
import type { CertificateRow } from '@/server/operations/certificates/certificate-rows';
import { certificateFilter } from '@/server/routers/certificates';
import { createCaller } from '@/server/routers/root';

export const dynamic = 'force-dynamic';

const pageRows = 100;

interface RouteContext {
  readonly params: Promise<{ readonly team: string }>;
}

const columns: Readonly<Record<string, (row: CertificateRow) => string | null>> = {
  state: (row) => row.state,
  kind: (row) => row.kind,
  holder: (row) => row.holderName,
  email: (row) => row.holderEmail,
  device: (row) => row.deviceName,
  machine: (row) => row.machine?.name ?? null,
  subject: (row) => row.subject,
  serial: (row) => row.serial,
  fingerprint_sha256: (row) => row.fingerprint,
  issued: (row) => row.issuedAt.toISOString(),
  expires: (row) => row.notAfter.toISOString(),
  revoked: (row) => row.revokedAt?.toISOString() ?? null,
  reason: (row) => row.reason,
  comment: (row) => row.comment,
  last_seen: (row) => row.lastUse?.at.toISOString() ?? null,
  last_seen_on: (row) => row.lastUse?.machineName ?? null,
};

const lineOf = (row: CertificateRow): string => csvLine(Object.values(columns).map((cell) => cell(row) ?? ''));

const refusal = (message: string, status: number): Response =>
  new Response(`${message}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });

/**
 * The team's certificates as a table, chosen and ordered as certificates.list does it (`mine`, `kind`, `state`, `q`, `sort`,
 * `order`). Read and sent page by page through the API, which judges each page as it judges any call. UTF-8 with a byte-order
 * mark, because spreadsheets take a file without one for something else.
 */
export async function GET(request: Request, { params }: RouteContext): Promise<Response> {
  const { team } = await params;
  const asked = Object.fromEntries(new URL(request.url).searchParams);
  const filter = certificateFilter.safeParse({ ...asked, mine: asked['mine'] === 'true' || asked['mine'] === '1' });
  if (!filter.success) return refusal('The address asks for something that certificates do not have.', 400);
  const { certificates } = createCaller(await requestScope(request.headers));
  const read = (cursor: string | null) => certificates.list({ team, ...filter.data, cursor, limit: pageRows });
  const first = await read(null).catch((error: unknown) => {
    if (!(error instanceof TRPCError)) throw error;
    return refusal(error.message, getHTTPStatusCodeFromError(error));
  });
  if (first instanceof Response) return first;
  const encoder = new TextEncoder();
  let page: typeof first | null = first;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(`\uFEFF${csvLine(Object.keys(columns))}`)),
    async pull(controller) {
      if (!page) return controller.close();
      controller.enqueue(encoder.encode(page.certificates.map(lineOf).join('')));
      page = page.next === null ? null : await read(page.next);
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${team}-certificates.csv"`,
      'cache-control': 'no-store',
    },
  });
}
