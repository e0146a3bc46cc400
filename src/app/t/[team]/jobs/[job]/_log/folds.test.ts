import { describe, expect, it } from 'vitest';

import type { StepState } from '@/lib/job';
import type { StepView } from '@/lib/job-view';

import { foldsAfter, isStepOpen } from './folds';

const step = (index: number, state: StepState): StepView => ({
  index,
  name: `step-${index}`,
  state,
  isInterruptible: true,
  timeoutMs: 60_000,
  startedAt: null,
  finishedAt: null,
});

describe('isStepOpen', () => {
  it.each([
    ['pending', false],
    ['running', true],
    ['succeeded', false],
    ['failed', true],
    ['cancelled', true],
  ] as const)('of a %s step is %s', (state, isOpen) => {
    expect(isStepOpen(new Map(), step(0, state))).toBe(isOpen);
    expect(isStepOpen(new Map([[0, !isOpen]]), step(0, state))).toBe(!isOpen);
  });
});

describe('foldsAfter', () => {
  const before = [step(0, 'succeeded'), step(1, 'running')];
  const after = [step(0, 'succeeded'), step(1, 'succeeded')];

  it('lets a step fold at its end while the log is followed', () => {
    expect(foldsAfter(new Map(), { before, after, isFollowed: true }).size).toBe(0);
  });

  it('keeps a step open that ends while it is read', () => {
    expect([...foldsAfter(new Map(), { before, after, isFollowed: false })]).toEqual([[1, true]]);
  });

  it('changes nothing that the reader has set, and nothing where nothing ended', () => {
    const folds = new Map([[1, false]]);
    expect(foldsAfter(folds, { before, after, isFollowed: false })).toBe(folds);
    expect(foldsAfter(folds, { before, after: before, isFollowed: false })).toBe(folds);
  });
});
