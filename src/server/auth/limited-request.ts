import 'server-only';
import { NextRequest } from 'next/server';

import { AppError } from '@/server/errors/app-error';

const tooLarge = (maxBytes: number) =>
  new AppError({
    code: 'input.too-large',
    public: `The request is larger than ${Math.floor(maxBytes / 1024)} KiB, which is more than anything here needs.`,
  });

const readWithin = async (body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  return new Uint8Array(Buffer.concat(chunks));
};

/**
 * The same request with its body read, at most `maxBytes` of it: the web server sets no bound of its own, and the libraries
 * behind read whatever comes into memory. What a header says of the length is not relied on. Throws input.too-large.
 */
export async function limitedRequest(request: NextRequest, maxBytes: number): Promise<NextRequest> {
  if (request.body === null) return request;
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  return new NextRequest(request, { body: await readWithin(request.body, maxBytes) });
}
