import { describe, expect, it } from 'vitest';

import type { LogOutline } from '@/lib/job-view';

import {
  blockFinder,
  lineCount,
  type LogRows,
  placeOfLine,
  rowAt,
  rowsOfStep,
  rowsOfSteps,
  stepOfLine,
} from './log-rows';

const outline: LogOutline = {
  lastSeq: 9,
  segments: [
    { step: 0, from: 1, to: 3 },
    { step: 1, from: 4, to: 6 },
    // A late line of a step that was interrupted, between those of the next.
    { step: 0, from: 7, to: 7 },
    { step: 1, from: 8, to: 9 },
  ],
};

const written = (rows: LogRows) =>
  Array.from({ length: rows.count }, (_, place) => {
    const row = rowAt(rows, place);
    return row?.kind === 'step' ? `step ${row.step}` : row?.seq;
  });

describe('rowsOfSteps', () => {
  it('puts the lines of open steps under their heads and leaves out those of folded ones', () => {
    const steps = [
      { index: 0, isOpen: false },
      { index: 1, isOpen: true },
      { index: 2, isOpen: true },
    ];
    expect(written(rowsOfSteps(outline, steps))).toEqual(['step 0', 'step 1', 4, 5, 6, 8, 9, 'step 2']);
  });

  it('is empty without steps', () => {
    expect(rowsOfSteps(outline, []).count).toBe(0);
    expect(rowAt(rowsOfSteps(outline, []), 0)).toBeUndefined();
  });
});

describe('rowsOfStep', () => {
  it('gathers the lines of one step from wherever they are', () => {
    expect(written(rowsOfStep(outline, 0))).toEqual([1, 2, 3, 7]);
  });

  it('has no row before the first and behind the last', () => {
    const rows = rowsOfStep(outline, 0);
    expect(rowAt(rows, -1)).toBeUndefined();
    expect(rowAt(rows, 4)).toBeUndefined();
  });
});

describe('blockFinder', () => {
  it('finds what rowAt finds, in whatever order it is asked', () => {
    const rows = rowsOfSteps(outline, [
      { index: 0, isOpen: true },
      { index: 1, isOpen: true },
    ]);
    const find = blockFinder(rows);
    for (const place of [0, 10, 3, 3, 4, 5, 9, 10, 0, 1, -1, 11, 2]) {
      const block = find(place);
      const row = rowAt(rows, place);
      expect(block?.kind === 'lines' ? block.from + place - block.start : block?.step).toBe(
        row?.kind === 'line' ? row.seq : row?.step,
      );
    }
  });
});

describe('placeOfLine', () => {
  it('finds every line that is shown, and none that is folded away', () => {
    const rows = rowsOfSteps(outline, [
      { index: 0, isOpen: false },
      { index: 1, isOpen: true },
    ]);
    expect(placeOfLine(rows, 8)).toBe(5);
    expect(placeOfLine(rows, 7)).toBeNull();
    expect(placeOfLine(rows, 99)).toBeNull();
  });
});

describe('stepOfLine', () => {
  it('names the step that wrote a line', () => {
    expect([1, 5, 7, 9, 10].map((seq) => stepOfLine(outline, seq))).toEqual([0, 1, 0, 1, null]);
  });
});

describe('lineCount', () => {
  it('counts the lines of a step over all its pieces', () => {
    expect([0, 1, 2].map((step) => lineCount(outline, step))).toEqual([4, 5, 0]);
  });
});
