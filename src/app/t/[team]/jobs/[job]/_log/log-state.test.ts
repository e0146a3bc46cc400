import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { JobLogLine } from '@/lib/job';
import type { LogSegment } from '@/lib/job-view';

import { addLines, chunkSize, lineAt, type LogState, missingRange, openLog } from './log-state';

const empty = openLog({ lastSeq: 0, segments: [] });

const line = (seq: number, step = 0): JobLogLine => ({ seq, step, atMs: seq, stream: 'stdout', text: `line ${seq}` });

const lines = (from: number, to: number, step = 0): JobLogLine[] =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index, step));

const seqs = (state: LogState): number[] =>
  Array.from({ length: state.outline.lastSeq }, (_, index) => lineAt(state, index + 1)?.seq ?? 0);

describe('addLines', () => {
  it('makes the log longer and notes which step wrote what', () => {
    const state = addLines(addLines(empty, [...lines(1, 3), ...lines(4, 5, 1)]), lines(6, 6, 1));
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(state.outline.segments).toEqual<LogSegment[]>([
      { step: 0, from: 1, to: 3 },
      { step: 1, from: 4, to: 6 },
    ]);
  });

  it('is the same state, not only an equal one, where nothing is new', () => {
    const state = addLines(empty, lines(1, 3));
    expect(addLines(state, lines(1, 3))).toBe(state);
    expect(addLines(state, [])).toBe(state);
  });

  it('takes the new end of a message that overlaps', () => {
    const state = addLines(addLines(empty, lines(1, 3)), lines(2, 5));
    expect(seqs(state)).toEqual([1, 2, 3, 4, 5]);
  });

  it('takes nothing from behind a gap', () => {
    const state = addLines(empty, [line(1), line(3)]);
    expect(seqs(state)).toEqual([1]);
    expect(addLines(state, [line(2), line(3)]).outline.lastSeq).toBe(3);
  });

  it('keeps the chunks that it does not touch', () => {
    const state = addLines(empty, lines(1, chunkSize));
    const next = addLines(state, lines(chunkSize + 1, chunkSize + 2));
    expect(next.chunks.get(0)).toBe(state.chunks.get(0));
  });

  // Reconnects repeat messages, pages read back overlap live ones: whatever the order, the outcome is the log.
  it('comes to the same log whatever messages are repeated or come too early', () => {
    const whole = [...lines(1, 40), ...lines(41, 70, 1), ...lines(71, 120, 2)];
    const range = fc.tuple(fc.integer({ min: 0, max: 119 }), fc.integer({ min: 1, max: 60 }));
    const piece = ([from, length]: [number, number]) => whole.slice(from, from + length);
    fc.assert(
      fc.property(fc.array(range, { maxLength: 30 }), (ranges) => {
        const early = ranges.map(piece).reduce(addLines, empty);
        const late = addLines(early, whole);
        expect(late.outline).toEqual(addLines(empty, whole).outline);
        expect(seqs(late)).toEqual(whole.map(({ seq }) => seq));
        const known = seqs(early);
        expect(known.every((seq, index) => seq === 0 || seq === index + 1)).toBe(true);
      }),
    );
  });
});

describe('missingRange', () => {
  const known = openLog({ lastSeq: chunkSize + 10, segments: [{ step: 0, from: 1, to: chunkSize + 10 }] });

  it.each([
    ['a whole chunk that nobody has looked at', known, 0, { from: 1, to: chunkSize }],
    ['the last chunk up to the last line', known, 1, { from: chunkSize + 1, to: chunkSize + 10 }],
    [
      'what lies before the live lines',
      addLines(known, lines(chunkSize + 5, chunkSize + 12)),
      1,
      { from: chunkSize + 1, to: chunkSize + 4 },
    ],
    ['nothing of a chunk that is all there', addLines(known, lines(1, chunkSize)), 0, null],
    ['nothing behind the end', known, 2, null],
    ['nothing of an empty log', empty, 0, null],
  ])('is %s', (_name, state, chunk, range) => {
    expect(missingRange(state, chunk)).toEqual(range);
  });
});
