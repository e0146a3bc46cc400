import { describe, expect, it } from 'vitest';

import { toLeaseSeconds, toLeaseTime } from './lease-time';

describe('lease times', () => {
  it.each([
    [120, { count: 2, unit: 'minutes' }],
    [3600, { count: 1, unit: 'hours' }],
    [5400, { count: 90, unit: 'minutes' }],
    [86_400, { count: 24, unit: 'hours' }],
  ] as const)('shows %i s and reads it back', (seconds, time) => {
    expect(toLeaseTime(seconds)).toEqual(time);
    expect(toLeaseSeconds(time)).toBe(seconds);
  });

  it('takes half an hour, and nothing that is out of bounds', () => {
    expect(toLeaseSeconds({ count: 0.5, unit: 'hours' })).toBe(1800);
    expect(toLeaseSeconds({ count: 1, unit: 'minutes' })).toBeNull();
    expect(toLeaseSeconds({ count: 25, unit: 'hours' })).toBeNull();
    expect(toLeaseSeconds({ count: '', unit: 'hours' })).toBeNull();
  });
});
