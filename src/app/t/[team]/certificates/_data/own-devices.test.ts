import { describe, expect, it } from 'vitest';

import { currentCertificates, isDueForRenewal, isReplaced } from './own-devices';

const certificate = (
  id: string,
  deviceName: string,
  state: 'active' | 'suspended' | 'expired' | 'revoked',
  day: number,
) => ({
  id,
  deviceName,
  state,
  issuedAt: new Date(Date.UTC(2026, 0, day)),
});

const idsOf = (...certificates: ReturnType<typeof certificate>[]) =>
  currentCertificates(certificates).map(({ id }) => id);

describe('currentCertificates', () => {
  it('leaves out what was replaced, and keeps a former one that still gets in', () => {
    expect(
      idsOf(
        certificate('revoked', 'laptop', 'revoked', 1),
        certificate('former', 'laptop', 'active', 2),
        certificate('new', 'laptop', 'active', 3),
      ),
    ).toEqual(['new', 'former']);
  });

  it('keeps the latest of a device that gets in nowhere, and only that one', () => {
    expect(
      idsOf(
        certificate('older', 'laptop', 'expired', 1),
        certificate('latest', 'laptop', 'revoked', 2),
        certificate('server', 'build', 'active', 1),
      ),
    ).toEqual(['server', 'latest']);
  });

  it('keeps a suspended one, which may come back', () => {
    expect(idsOf(certificate('held', 'laptop', 'suspended', 1))).toEqual(['held']);
  });
});

describe('isDueForRenewal', () => {
  const renewableFrom = new Date('2026-02-01T00:00:00Z');
  it.each([
    ['active', '2026-01-31T23:59:59Z', false],
    ['active', '2026-02-01T00:00:00Z', true],
    ['suspended', '2026-02-02T00:00:00Z', false],
    ['expired', '2026-02-02T00:00:00Z', false],
  ] as const)('%s at %s: %s', (state, now, due) => {
    expect(isDueForRenewal({ state, renewableFrom }, new Date(now))).toBe(due);
  });
});

describe('isReplaced', () => {
  const former = certificate('former', 'laptop', 'active', 1);
  it('holds for the former of a device that has a later one in use', () => {
    const next = certificate('next', 'laptop', 'active', 2);
    expect(isReplaced(former, [former, next])).toBe(true);
    expect(isReplaced(next, [former, next])).toBe(false);
  });

  it('does not hold where the later one was revoked, or is another device’s', () => {
    const others = [certificate('revoked', 'laptop', 'revoked', 2), certificate('server', 'build', 'active', 3)];
    expect(isReplaced(former, [former, ...others])).toBe(false);
  });
});
