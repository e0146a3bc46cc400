import { describe, expect, it } from 'vitest';

import { contentSecurityPolicy } from './content-security-policy';

describe('contentSecurityPolicy', () => {
  const policy = contentSecurityPolicy({ nonce: 'bm9uY2U=', isDevelopment: false });
  const directive = (name: string) => policy.split('; ').find((part) => part.startsWith(`${name} `));

  it('runs no script without the nonce: neither inline nor evaluated', () => {
    expect(directive('script-src')).toBe("script-src 'self' 'nonce-bm9uY2U=' 'strict-dynamic'");
  });

  it('accepts no style element without the nonce', () => {
    expect(directive('style-src-elem')).toBe("style-src-elem 'self' 'nonce-bm9uY2U='");
  });

  it('lets no other page frame the console and sends nothing elsewhere', () => {
    expect(directive('frame-ancestors')).toBe("frame-ancestors 'none'");
    expect(directive('connect-src')).toBe("connect-src 'self'");
    expect(directive('form-action')).toBe("form-action 'self'");
  });

  it('allows evaluated code to the development server alone', () => {
    expect(policy).not.toContain('unsafe-eval');
    expect(contentSecurityPolicy({ nonce: 'bm9uY2U=', isDevelopment: true })).toContain("'unsafe-eval'");
  });
});
