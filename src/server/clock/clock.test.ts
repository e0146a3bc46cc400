import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { systemClock } from './clock';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') }));
afterEach(() => void vi.useRealTimers());

describe('systemClock', () => {
  it('tells the time', () => {
    expect(systemClock.now()).toEqual(new Date('2026-01-01T00:00:00Z'));
  });

  it('sleeps as long as it was asked to, and leaves nothing behind', async () => {
    const abort = new AbortController();
    let isAwake = false;
    const sleeping = systemClock.sleep(1000, abort.signal).then(() => (isAwake = true));
    await vi.advanceTimersByTimeAsync(999);
    expect(isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
    abort.abort(new Error('too late to matter'));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('wakes up at an abort with its reason', async () => {
    const abort = new AbortController();
    const sleeping = systemClock.sleep(1000, abort.signal);
    abort.abort(new Error('cancelled'));
    await expect(sleeping).rejects.toThrow('cancelled');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not fall asleep after an abort', async () => {
    await expect(systemClock.sleep(1000, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    expect(vi.getTimerCount()).toBe(0);
  });
});
