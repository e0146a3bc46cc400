import { describe, expect, it } from 'vitest';

import { formatBytes } from './bytes';
import { formatDuration, formatElapsed } from './duration';
import { formatClock, formatDate, formatExact } from './exact-time';
import { relativeTime } from './relative-time';

describe('formatDuration', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [999.9, '999 ms'],
    [1000, '1.0 s'],
    [4290, '4.2 s'],
    [9999, '9.9 s'],
    [10_000, '10 s'],
    [59_999, '59 s'],
    [65_000, '1 min 05 s'],
    [3_599_999, '59 min 59 s'],
    [7_380_000, '2 h 03 min'],
    [273_600_000, '3 d 04 h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('counts whole seconds on a running clock, so that the text changes once a second', () => {
    expect(formatElapsed(1999)).toBe('1 s');
    expect(formatElapsed(61_000)).toBe('1 min 01 s');
  });
});

describe('formatBytes', () => {
  it.each([
    [-1, '0 B'],
    [0, '0 B'],
    [512, '512 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1_048_575, '1 MiB'],
    [16_750_372_454, '15.6 GiB'],
    [107_374_182_400, '100 GiB'],
    [2 ** 60, '1024 PiB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('relativeTime', () => {
  const now = new Date('2026-03-04T12:00:00Z');
  const from = (ms: number) => relativeTime(new Date(now.getTime() + ms), now);

  it.each([
    ['just before', -4999, { kind: 'now' }],
    ['just after (a clock that runs ahead)', 4999, { kind: 'now' }],
    ['seconds ago', -59_999, { kind: 'past', unit: 'second', count: 59 }],
    ['a minute ago', -60_000, { kind: 'past', unit: 'minute', count: 1 }],
    ['under an hour ago', -3_599_999, { kind: 'past', unit: 'minute', count: 59 }],
    ['hours ahead', 7_200_000, { kind: 'future', unit: 'hour', count: 2 }],
    ['under 30 days ago', -30 * 86_400_000 + 1, { kind: 'past', unit: 'day', count: 29 }],
    ['30 days ago', -30 * 86_400_000, { kind: 'far' }],
  ])('tells a time %s', (_, ms, expected) => {
    expect(from(ms)).toEqual(expected);
  });
});

describe('formatExact', () => {
  const at = new Date('2026-03-04T23:30:05Z');

  it.each([
    ['UTC', '2026-03-04 23:30:05 UTC'],
    ['Europe/Berlin', '2026-03-05 00:30:05 UTC+1'],
    ['Asia/Kolkata', '2026-03-05 05:00:05 UTC+5:30'],
    ['America/New_York', '2026-03-04 18:30:05 UTC-5'],
  ])('writes the time of %s with its offset', (zone, text) => {
    expect(formatExact(at, zone)).toBe(text);
  });

  it('writes midnight as 00, so that lines of a log sort', () => {
    expect(formatClock(new Date('2026-03-04T00:00:00Z'), 'UTC')).toBe('00:00:00');
  });

  it("takes the date of the reader's zone", () => {
    expect(formatDate(at, 'Europe/Berlin')).toBe('2026-03-05');
  });
});
