import { expect, it } from 'vitest';

import { clockTimes } from './clock-times';

it('writes the time of day in the given zone, to the millisecond', () => {
  const atMs = Date.parse('2026-03-04T23:59:05.007Z');
  expect(clockTimes('UTC')(atMs)).toBe('23:59:05.007');
  expect(clockTimes('Asia/Kathmandu')(atMs)).toBe('05:44:05.007');
});
