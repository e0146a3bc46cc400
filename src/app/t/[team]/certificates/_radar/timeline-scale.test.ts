import { describe, expect, it } from 'vitest';

import { clustersOf, groupOf, placeOf, ticksOf } from './timeline-scale';

const now = Date.parse('2026-03-04T12:00:00Z');
const inDays = (days: number) => new Date(now + days * 86_400_000);

describe('the timeline', () => {
  it('is drawn to scale, and keeps what is past or far at its ends', () => {
    expect(placeOf(inDays(45), now, 90)).toBe(50);
    expect(placeOf(inDays(7), now, 7)).toBe(100);
    expect(placeOf(inDays(-3), now, 30)).toBe(0);
    expect(placeOf(inDays(40), now, 30)).toBe(100);
  });

  it('has its lines where their days are', () => {
    expect(ticksOf(now, 30).map(({ place }) => Math.round(place))).toEqual([0, 33, 67, 100]);
  });

  it('puts near things into one mark, and never chains far ones together', () => {
    const items = [10, 0, 1.5, 3, 4].map((days) => ({ days, at: inDays(days) }));
    const clusters = clustersOf(items, { nowMs: now, days: 90, gap: 4 });
    expect(clusters.map((cluster) => cluster.items.map(({ days }) => days))).toEqual([[0, 1.5, 3], [4], [10]]);
  });

  it('lists each thing under the nearest range that holds it', () => {
    expect([-1, 0, 6.9, 7, 7.1, 30, 31].map((days) => groupOf(inDays(days), now))).toEqual([
      'expired',
      'expired',
      7,
      7,
      30,
      30,
      90,
    ]);
  });
});
