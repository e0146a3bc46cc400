import { describe, expect, it } from 'vitest';

import type { StepState } from '@/lib/job';
import type { StepView } from '@/lib/job-view';

import { cancelEffect, retryPoint } from './steering';

const steps = (...states: readonly StepState[]): StepView[] =>
  states.map((state, index) => ({
    index,
    name: `step-${index}`,
    state,
    isInterruptible: index !== 1,
    timeoutMs: 60_000,
    startedAt: null,
    finishedAt: null,
  }));

describe('retryPoint', () => {
  it('is the first step that is not done', () => {
    expect(retryPoint(steps('succeeded', 'succeeded', 'failed', 'pending'))).toMatchObject({
      step: { name: 'step-2' },
      done: 2,
    });
  });

  it('is none where no step is done', () => {
    expect(retryPoint(steps('failed', 'pending'))).toBeNull();
    expect(retryPoint([])).toBeNull();
  });
});

describe('cancelEffect', () => {
  it.each([
    ['queued', steps('pending'), { kind: 'queued' }],
    ['running', steps('running'), { kind: 'interrupts', step: { name: 'step-0' } }],
    ['running', steps('succeeded', 'running'), { kind: 'waits', step: { name: 'step-1' } }],
    ['running', steps('succeeded', 'pending'), { kind: 'between' }],
    ['waiting', steps('running'), { kind: 'interrupts' }],
  ] as const)('of a %s job', (state, before, effect) => {
    expect(cancelEffect({ state }, before)).toMatchObject(effect);
  });
});
