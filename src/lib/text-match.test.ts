import { describe, expect, it } from 'vitest';

import { findMatches, textMatcher } from './text-match';

describe('findMatches', () => {
  it.each([
    ['upper and lower case alike', 'Error, eRRor', 'error', [0, 7]],
    ['no overlaps', 'aaaa', 'aa', [0, 2]],
    ['characters with a meaning elsewhere', 'a.*(b', '.*(', [1]],
    ['a text behind a letter that grows in lower case', 'İİ error', 'error', [3]],
    ['nothing for an empty text', 'abc', '', []],
    ['nothing where it does not occur', 'abc', 'd', []],
  ])('finds %s', (_name, text, wanted, starts) => {
    expect(findMatches(text, wanted).map(({ from }) => from)).toEqual(starts);
    expect(textMatcher(wanted)(text)).toBe(starts.length > 0);
  });
});
