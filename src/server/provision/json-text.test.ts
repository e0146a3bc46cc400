import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { describeJsonProblem, parseJsonText } from './json-text';

function parsed(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

describe('parseJsonText', () => {
  it.each([
    ['a comma too many', '{\n  "debug": true,\n}', 3, 1, '"}"'],
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', 3, 3, '"""'],
    ['single quotes', "{'a': 1}", 1, 2, `"'"`],
    ['a comment', '{\n  // no\n  "a": 1\n}', 2, 3, '"/"'],
    ['a text without an end', '{"a": "b', 1, 7, '"""'],
    ['an early end', '{"a": [1, 2', 1, 12, 'the end of the text'],
    ['something after the end', '{} x', 1, 4, '"x"'],
    ['a key that is no text', '{1: 2}', 1, 2, '"1"'],
    ['the wrong bracket', '{"a": [1}', 1, 9, '"}"'],
    ['a lone word', 'yes', 1, 1, '"y"'],
    ['nothing', '', 1, 1, 'the end of the text'],
  ])('finds %s', (...[, text, line, column, found]) => {
    expect(parseJsonText(text)).toEqual({ ok: false, problem: { line, column, found } });
  });

  it('says the place in words', () => {
    expect(describeJsonProblem({ line: 3, column: 1, found: '"}"' })).toBe('line 3, column 1: "}" cannot stand there');
  });

  it('skips a byte order mark', () => {
    expect(parseJsonText('\uFEFF{"a":1}')).toEqual({ ok: true, value: { a: 1 } });
  });

  it('agrees with JSON.parse on every text', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', '\\', '1', 'x', '\n', '{'))
      .map(([text, at, piece]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + piece + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        const result = parseJsonText(text);
        expect(result.ok ? { ok: true, value: result.value } : { ok: false }).toEqual(parsed(text));
      }),
      { numRuns: 1000 },
    );
  });
});
