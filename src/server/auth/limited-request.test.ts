import { NextRequest } from 'next/server';
import { describe, expect, it } from 'vitest';

import { rejection } from '../../../test/support/rejection';
import { limitedRequest } from './limited-request';

const url = 'http://console.test/api/auth/callback/credentials?a=b';

// Without a content-length header, as a client sends it that wants to hide the length.
const streamed = (chunks: readonly string[]) => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  return new NextRequest(url, { method: 'POST', body, duplex: 'half', headers: { cookie: 'theme=dark' } } as object);
};

describe('a request with a bound', () => {
  it('is handed on with its body, method, address and headers', async () => {
    const request = await limitedRequest(streamed(['pass', 'word']), 8);
    expect(await request.text()).toBe('password');
    expect(request).toMatchObject({ method: 'POST', url });
    expect(request.cookies.get('theme')?.value).toBe('dark');
  });

  it('is refused one byte over it, whatever it says of its length', async () => {
    expect(await rejection(limitedRequest(streamed(['pass', 'word', '!']), 8))).toMatchObject({
      code: 'input.too-large',
    });
  });

  it('is refused unread when it says itself that it is over it', async () => {
    const request = new NextRequest(url, { method: 'POST', body: 'short', headers: { 'content-length': '9' } });
    expect(await rejection(limitedRequest(request, 8))).toMatchObject({ code: 'input.too-large' });
    expect(request.bodyUsed).toBe(false);
  });

  it('is left alone without a body', async () => {
    const request = new NextRequest(url);
    expect(await limitedRequest(request, 8)).toBe(request);
  });
});
