import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { packLines, unpackLines } from './packed-lines';
import { logStreams } from './step-log';

const line = fc.record({
  step: fc.nat(5),
  stream: fc.constantFrom(...logStreams),
  atMs: fc.nat(2_000_000_000_000),
  text: fc.string({ unit: 'binary' }),
});

describe('packLines', () => {
  it('gives back what it was given, whatever stands in the lines', () => {
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 1_000_000 }), (lines, first) => {
        const numbered = lines.map((each, index) => ({ seq: first + index, ...each }));
        expect(unpackLines(packLines(numbered))).toEqual(numbered);
      }),
    );
  });

  it('costs a few bytes a line besides its text', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => ({
      seq: index + 1,
      step: 3,
      stream: 'stdout' as const,
      atMs: 1_790_000_000_000 + index * 10,
      text: 'x'.repeat(80),
    }));
    expect(packLines(lines).length).toBeLessThan(1000 * 89);
  });
});
