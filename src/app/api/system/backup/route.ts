import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { NextRequest } from 'next/server';

import { backupFileName, backupPassphraseSchema } from '@/lib/backup';
import { limitedRequest } from '@/server/auth/limited-request';
import { requireOperator } from '@/server/auth/require-operator';
import { assertSameOrigin } from '@/server/auth/same-origin';
import { AppError, toAppError } from '@/server/errors/app-error';
import { backUp } from '@/server/operations/system/back-up';
import { getRuntime } from '@/server/runtime';
import { asTrpc } from '@/server/trpc';

export const dynamic = 'force-dynamic';

const bodyMaxBytes = 16 * 1024;

const readPassphrase = async (request: NextRequest): Promise<string> => {
  const form = await limitedRequest(request, bodyMaxBytes).then((limited) => limited.formData());
  const parsed = backupPassphraseSchema.safeParse(form.get('passphrase') ?? undefined);
  if (parsed.success) return parsed.data;
  const public_ = `The passphrase ${parsed.error.issues[0]?.message ?? 'cannot be used'}.`;
  throw new AppError({ code: 'input.invalid', public: public_, fieldErrors: { passphrase: public_ } });
};

/** An encrypted archive of the whole installation, sent while it is made. The form holds the passphrase. */
export async function POST(request: NextRequest): Promise<Response> {
  try {
    assertSameOrigin(request);
    const scope = await requireOperator(request.headers);
    const { body } = await backUp(scope, { passphrase: await readPassphrase(request) });
    return new Response(body, {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${backupFileName(getRuntime().clock.now())}"`,
        'cache-control': 'no-store',
      },
    });
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === 'internal.invariant') getRuntime().log.error({ err: thrown }, 'a backup could not be made');
    return new Response(`${error.public}\n`, {
      status: getHTTPStatusCodeFromError(asTrpc(error)),
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    });
  }
}
