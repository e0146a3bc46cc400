import { describe, expect, it } from 'vitest';

import { placeAfter, stepped } from './match-walk';

const matches = [3, 10, 40];

describe('placeAfter', () => {
  it('begins at what is in sight, else at the first match', () => {
    expect([1, 3, 4, 40, 41].map((from) => placeAfter(matches, from))).toEqual([3, 3, 10, 40, 3]);
    expect(placeAfter([], 1)).toBeUndefined();
  });
});

describe('stepped', () => {
  it('goes round at both ends', () => {
    expect(matches.map((seq) => stepped(matches, seq, 1))).toEqual([10, 40, 3]);
    expect(matches.map((seq) => stepped(matches, seq, -1))).toEqual([40, 3, 10]);
  });
});
