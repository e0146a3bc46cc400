import { getHTTPStatusCodeFromError } from '@trpc/server/http';

import { requestScope } from '@/server/auth/request-scope';
import { assertSameOrigin } from '@/server/auth/same-origin';
import { AppError, toAppError } from '@/server/errors/app-error';
import { receivePiece } from '@/server/operations/images/receive-piece';
import { getRuntime } from '@/server/runtime';
import { asTrpc, requireTeam } from '@/server/trpc';

export const dynamic = 'force-dynamic';

interface RouteContext {
  readonly params: Promise<{ readonly team: string; readonly image: string }>;
}

const readOffset = (request: Request): number => {
  const offset = request.headers.get('upload-offset') ?? '';
  if (/^\d{1,15}$/.test(offset)) return Number(offset);
  throw new AppError({ code: 'input.invalid', public: 'Upload-Offset must say where in the file the piece begins.' });
};

/**
 * One piece of an image that is uploaded, as the bytes that they are, from the place that the header Upload-Offset says. Answers with
 * how far the upload has come; the last piece is answered once the whole has been checked.
 */
export async function PATCH(request: Request, { params }: RouteContext): Promise<Response> {
  const { team, image: id } = await params;
  try {
    assertSameOrigin(request);
    const ctx = await requireTeam(await requestScope(request.headers), team, 'image.manage');
    const { body, signal } = request;
    const progress = await receivePiece(ctx, { id, offset: readOffset(request), body, signal });
    return Response.json(progress, { headers: { 'cache-control': 'no-store' } });
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === 'internal.invariant' && !request.signal.aborted) {
      getRuntime().log.error({ err: thrown }, 'a piece of an upload could not be taken');
    }
    const status = getHTTPStatusCodeFromError(asTrpc(error));
    return Response.json(
      { code: error.code, public: error.public },
      { status, headers: { 'cache-control': 'no-store' } },
    );
  }
}
