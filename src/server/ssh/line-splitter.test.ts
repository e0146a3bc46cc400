import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LineSplitter } from './line-splitter';

function split(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('gives the same lines wherever the stream is cut, inside of characters too', () => {
    const text = 'first\n\nünï漢🚢\r\nlast';
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        expect(split(chunks)).toEqual(['first', '', 'ünï漢🚢', 'last']);
      }),
    );
  });

  it('has no last line when the stream ends with a line feed', () => {
    expect(split([Buffer.from('one\n')])).toEqual(['one']);
  });

  it('hands on an endless line in pieces instead of keeping it', () => {
    const lines = split([Buffer.alloc(50_000, 'a'), Buffer.alloc(50_000, 'a'), Buffer.from('b')]);
    expect(lines.map((line) => line.length)).toEqual([100_000, 1]);
  });
});
