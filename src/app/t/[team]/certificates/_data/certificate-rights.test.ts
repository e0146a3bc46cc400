import { describe, expect, it } from 'vitest';

import { whyNot } from './certificate-rights';

const laptop = { kind: 'client', state: 'active', mine: true, membership: { id: 'm' } } as const;
const others = { ...laptop, mine: false } as const;

describe('whyNot', () => {
  it('lets members take away their own, and nobody else’s', () => {
    expect(whyNot('revoke', laptop, 'member')).toBeNull();
    expect(whyNot('suspend', laptop, 'member')).toBeNull();
    expect(whyNot('revoke', others, 'member')).toBe('needsAdmin');
    expect(whyNot('revoke', others, 'admin')).toBeNull();
  });

  it('leaves it to admins to let a suspended one in again', () => {
    expect(whyNot('resume', { ...laptop, state: 'suspended' }, 'member')).toBe('needsAdmin');
    expect(whyNot('resume', { ...laptop, state: 'suspended' }, 'owner')).toBeNull();
    expect(whyNot('resume', laptop, 'owner')).toBe('notSuspended');
  });

  it('offers nothing that would change nothing', () => {
    expect(whyNot('revoke', { ...others, state: 'revoked' }, 'admin')).toBe('alreadyRevoked');
    expect(whyNot('revoke', { ...others, state: 'expired' }, 'admin')).toBe('expired');
    expect(whyNot('suspend', { ...others, state: 'suspended' }, 'admin')).toBe('alreadySuspended');
  });

  it('reissues what is revoked, but not for somebody who has left', () => {
    expect(whyNot('reissue', { ...others, state: 'revoked' }, 'admin')).toBeNull();
    expect(whyNot('reissue', { ...others, membership: null }, 'admin')).toBe('holderGone');
  });

  it('leaves engine certificates to rotation', () => {
    expect(whyNot('revoke', { ...others, kind: 'engine' }, 'owner')).toBe('notClient');
  });
});
