import { describe, expect, it } from 'vitest';

import { certificateFilterOf, certificateOrderOf } from './certificate-filter';

describe('certificateFilterOf', () => {
  it('tells state and kind from words', () => {
    expect(certificateFilterOf('state=active ana kind=client "build box"')).toEqual({
      state: 'active',
      kind: 'client',
      q: 'ana build box',
    });
  });

  it('lets the last term of a key count, and asks for nothing that cannot be', () => {
    expect(certificateFilterOf('state=active state=revoked')).toEqual({ state: 'revoked' });
    expect(certificateFilterOf('state=lost')).toEqual({});
    expect(certificateFilterOf('')).toEqual({});
  });

  it('looks for a pasted fingerprint and for terms of other keys as they stand', () => {
    expect(certificateFilterOf('AB:CD:EF')).toEqual({ q: 'AB:CD:EF' });
    expect(certificateFilterOf('CN=ana')).toEqual({ q: 'CN=ana' });
  });
});

describe('certificateOrderOf', () => {
  it('reads both directions, and the newest first from anything else', () => {
    expect(certificateOrderOf('expires')).toEqual({ sort: 'expires', order: 'asc' });
    expect(certificateOrderOf('-lastUsed')).toEqual({ sort: 'lastUsed', order: 'desc' });
    expect(certificateOrderOf('; drop')).toEqual({ sort: 'issued', order: 'desc' });
    expect(certificateOrderOf(null)).toEqual({ sort: 'issued', order: 'desc' });
  });
});
