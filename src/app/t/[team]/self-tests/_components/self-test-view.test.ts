import { describe, expect, it } from 'vitest';

import { type SelfTestOutcome, selfTestProbes, wantedOutcome } from '@/lib/self-test';

import { type SelfTestView, verdictOf } from './self-test-view';

const at = new Date('2026-03-04T12:00:00Z');

const test = (outcomes: Partial<Record<string, SelfTestOutcome>>, more: Partial<SelfTestView> = {}): SelfTestView => ({
  id: '1',
  startedAt: at,
  finishedAt: at,
  passed: false,
  jobId: null,
  createdByName: 'Ana',
  results: selfTestProbes.map((probe) => ({
    probe,
    outcome: outcomes[probe] ?? wantedOutcome(probe),
    ms: 3,
    detail: '',
  })),
  ...more,
});

describe('verdictOf', () => {
  it('calls a test that let one attack in failed, even while it still runs', () => {
    expect(verdictOf(test({ 'resumed-tls12': 'admitted' }))).toBe('failed');
    expect(verdictOf(test({ 'held-stream': 'admitted' }, { finishedAt: null, passed: null }))).toBe('failed');
  });

  it('calls a machine that refuses the live certificate failed', () => {
    expect(verdictOf(test({ admitted: 'refused' }))).toBe('failed');
  });

  it('tells a test that could not try everything from one that passed', () => {
    expect(verdictOf(test({ 'foreign-ca': 'unknown' }))).toBe('incomplete');
    expect(verdictOf(test({}, { results: [] }))).toBe('incomplete');
    expect(verdictOf(test({}, { passed: true }))).toBe('passed');
  });

  it('knows a machine that was never tested, and a test that is under way', () => {
    expect(verdictOf(null)).toBe('never');
    expect(verdictOf(test({}, { finishedAt: null, passed: null, results: [] }))).toBe('running');
  });
});
