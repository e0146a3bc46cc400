import { describe, expect, it } from 'vitest';

import { assertSameOrigin } from './same-origin';

const request = (headers: Record<string, string>, method = 'POST') => ({ method, headers: new Headers(headers) });

describe('a change over HTTP', () => {
  it.each([
    ['from its own page', { host: 'console.test', origin: 'https://console.test' }],
    ['from its own page on a port', { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' }],
    [
      'through a proxy that names the host people use',
      { host: '10.0.0.5:3000', 'x-forwarded-host': 'Console.test', origin: 'https://console.test' },
    ],
    ['from a program, which sends no Origin', { host: 'console.test' }],
  ])('%s passes', (_what, headers) => {
    expect(() => assertSameOrigin(request(headers))).not.toThrow();
  });

  it.each([
    ['from another site', { host: 'console.test', origin: 'https://evil.example' }],
    ['from another port of the host', { host: 'console.test', origin: 'https://console.test:8443' }],
    ['from a subdomain', { host: 'console.test', origin: 'https://a.console.test' }],
    ['from a sandboxed frame', { host: 'console.test', origin: 'null' }],
  ])('%s is refused with auth.origin-rejected', (_what, headers) => {
    expect(() => assertSameOrigin(request(headers))).toThrow('auth.origin-rejected');
  });

  it('is what is looked at; reading passes from anywhere, as browsers keep the answer from other sites', () => {
    const headers = { host: 'console.test', origin: 'https://evil.example' };
    expect(() => assertSameOrigin(request(headers, 'GET'))).not.toThrow();
  });
});
