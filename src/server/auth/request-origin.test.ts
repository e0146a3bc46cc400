import { describe, expect, it } from 'vitest';

import { requestOrigin } from './request-origin';

const origin = (headers: Record<string, string>) => requestOrigin(new Headers(headers));

describe('where a request comes from', () => {
  it('is the address that the nearest proxy saw, not one that the browser claims', () => {
    expect(origin({ 'x-forwarded-for': '203.0.113.7, 192.0.2.4' }).address).toBe('192.0.2.4');
  });

  it('is unknown without the header', () => {
    expect(origin({}).address).toBeUndefined();
    expect(origin({ 'x-forwarded-for': ' ' }).address).toBeUndefined();
  });

  it.each([
    ['https', true],
    ['https, http', true],
    ['http', false],
    ['', false],
  ])('is https for X-Forwarded-Proto %j: %s', (proto, isHttps) => {
    expect(origin({ 'x-forwarded-proto': proto }).isHttps).toBe(isHttps);
  });
});
