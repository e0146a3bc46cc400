import { describe, expect, it } from 'vitest';

import { receiptSummaryOf } from './receipt-summary';

const confirmed = (tookMs: number | null, endedConnections: number | null = 0) =>
  ({ state: 'confirmed', tookMs, endedConnections }) as const;
const pending = { state: 'pending', tookMs: null, endedConnections: null } as const;
const dropped = { state: 'dropped', tookMs: null, endedConnections: null } as const;

describe('receiptSummaryOf', () => {
  it('names the slowest machine and adds up what was ended', () => {
    expect(receiptSummaryOf([confirmed(212, 2), confirmed(88), confirmed(100, 1), pending])).toEqual({
      total: 4,
      confirmed: 3,
      pending: 1,
      dropped: 0,
      slowestMs: 212,
      endedConnections: 3,
    });
  });

  it('does not count a machine that is gone as one that has to confirm', () => {
    expect(receiptSummaryOf([confirmed(5), dropped])).toMatchObject({ total: 1, confirmed: 1, pending: 0, dropped: 1 });
  });

  it('knows no time while nobody has confirmed', () => {
    expect(receiptSummaryOf([pending]).slowestMs).toBeNull();
    expect(receiptSummaryOf([]).slowestMs).toBeNull();
  });
});
