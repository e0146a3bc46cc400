import { describe, expect, it } from 'vitest';

import { extendTo, formatLineRange, parseLineRange } from './line-range';

describe('parseLineRange', () => {
  it.each([
    ['#L12', { from: 12, to: 12 }],
    ['#L12-L20', { from: 12, to: 20 }],
    ['#L20-12', { from: 12, to: 20 }],
    ['', null],
    ['#L0', null],
    ['#L', null],
    ['#L12x', null],
    ['#L99999999999', null],
    ['#main', null],
  ])('reads %j', (hash, range) => {
    expect(parseLineRange(hash)).toEqual(range);
  });

  it('reads what formatLineRange writes', () => {
    for (const range of [
      { from: 3, to: 3 },
      { from: 3, to: 8 },
    ]) {
      expect(parseLineRange(formatLineRange(range))).toEqual(range);
    }
  });
});

describe('extendTo', () => {
  it('spans from the line chosen before, forwards and backwards', () => {
    expect(extendTo({ from: 5, to: 5 }, 9)).toEqual({ from: 5, to: 9 });
    expect(extendTo({ from: 5, to: 5 }, 2)).toEqual({ from: 2, to: 5 });
    expect(extendTo(null, 4)).toEqual({ from: 4, to: 4 });
  });
});
