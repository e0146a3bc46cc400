import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';

import { plainText } from '@/lib/ansi';
import { logFileName, logFileLine } from '@/lib/log-file';
import { requestScope } from '@/server/auth/request-scope';
import { createCaller } from '@/server/routers/root';

export const dynamic = 'force-dynamic';

const pageLines = 1000;

interface RouteContext {
  readonly params: Promise<{ readonly team: string; readonly job: string }>;
}

const refusal = (error: unknown): Response => {
  if (!(error instanceof TRPCError)) throw error;
  return new Response(`${error.message}\n`, {
    status: getHTTPStatusCodeFromError(error),
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
};

/**
 * A job's log as a text file, as far as it goes when it is asked for: time, step and text of each line. With `?ansi=1` the
 * colour codes stay. It is read and sent page by page through the API, which judges each page as it judges any call, so a
 * long log needs little memory and a member who is taken out gets no further.
 */
export async function GET(request: Request, { params }: RouteContext): Promise<Response> {
  const { team, job: id } = await params;
  const hasAnsi = new URL(request.url).searchParams.get('ansi') === '1';
  const { jobs } = createCaller(await requestScope(request.headers));
  const found = await jobs.get({ team, job: id }).catch(refusal);
  if (found instanceof Response) return found;
  const { job, steps, log } = found;
  const encoder = new TextEncoder();
  let from = 1;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (from > log.lastSeq) return controller.close();
      const to = Math.min(from + pageLines - 1, log.lastSeq);
      const { lines } = await jobs.log({ team, job: id, from, to });
      from = to + 1;
      const texts = lines.map((line) =>
        logFileLine({ ...line, step: steps[line.step]?.name ?? '', text: hasAnsi ? line.text : plainText(line.text) }),
      );
      controller.enqueue(encoder.encode(texts.join('')));
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${logFileName(job)}"`,
      'cache-control': 'no-store',
    },
  });
}
