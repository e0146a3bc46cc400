import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { findMatches } from '@/lib/text-match';

import { markSpans } from './marked-spans';

const shown = (texts: readonly string[], wanted: string) =>
  markSpans(
    texts.map((text) => ({ text })),
    findMatches(texts.join(''), wanted),
  ).map(({ text, isMatch }) => (isMatch ? `[${text}]` : text));

describe('markSpans', () => {
  it.each([
    ['inside of one span', ['a needle b'], 'needle', ['a ', '[needle]', ' b']],
    ['across spans', ['a nee', 'dle b'], 'needle', ['a ', '[nee]', '[dle]', ' b']],
    ['several times', ['xx-x'], 'x', ['[x]', '[x]', '-', '[x]']],
    ['at both ends', ['x', '-', 'x'], 'x', ['[x]', '-', '[x]']],
    ['not at all', ['a', 'b'], 'c', ['a', 'b']],
  ])('marks a match %s', (_name, texts, wanted, expected) => {
    expect(shown(texts, wanted)).toEqual(expected);
  });

  it('keeps every character and every look', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 6 })), fc.string({ minLength: 1, maxLength: 2 }), (texts, wanted) => {
        const spans = texts.map((text) => ({ text, isBold: true as const }));
        const marked = markSpans(spans, findMatches(texts.join(''), wanted));
        expect(marked.map(({ text }) => text).join('')).toBe(texts.join(''));
        expect(marked.every(({ isBold }) => isBold)).toBe(true);
      }),
    );
  });
});
