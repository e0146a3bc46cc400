import { text } from 'node:stream/consumers';

import { AppError } from '@/server/errors/app-error';

import { type Asked, httpGet, PassingProblem } from './http-get';

const maxBytes = 1024 * 1024;

/** Fetches a small text. Throws image.fetch-failed, also where it is larger than 1 MiB, or the signal's reason. */
export async function fetchText(asked: Asked): Promise<string> {
  try {
    const response = await httpGet(asked);
    let received = 0;
    response.on('data', (piece: Buffer) => {
      received += piece.length;
      if (received > maxBytes) response.destroy(new Error(`more than ${maxBytes} bytes`));
    });
    return await text(response);
  } catch (error) {
    if (asked.signal.aborted) throw asked.signal.reason;
    if (error instanceof AppError) throw error;
    if (error instanceof PassingProblem) throw error.told;
    throw new AppError({
      code: 'image.fetch-failed',
      public: `${asked.url} could not be read: ${error instanceof Error ? error.message : 'it broke off'}.`,
      cause: error,
    });
  }
}
