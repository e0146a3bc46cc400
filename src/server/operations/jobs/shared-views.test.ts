import { describe, expect, it } from 'vitest';

import { LocalBus } from '@/server/bus/bus';
import type { Runtime } from '@/server/runtime';

import { FakeClock } from '../../../../test/support/fake-clock';
import { SharedView, shareView } from './shared-views';

const setUp = () => {
  const clock = new FakeClock();
  const bus = new LocalBus();
  // The view knows no more of the runtime than these two.
  const runtime = { clock, bus } as unknown as Runtime;
  let reads = 0;
  let hold: Promise<void> = Promise.resolve();
  const view = new SharedView(runtime, ['job:1'], async () => {
    const value = (reads += 1);
    await hold;
    return { value, topics: ['team:1'] };
  });
  return { clock, bus, runtime, view, holdUntil: (promise: Promise<void>): void => void (hold = promise) };
};

describe('SharedView', () => {
  it('is read once for all who ask, until something is announced or a while has passed', async () => {
    const { view, bus, clock } = setUp();
    expect(await Promise.all([view.now(), view.now()])).toEqual([1, 1]);
    expect(await view.now()).toBe(1);
    await bus.publish('job:1');
    expect(await view.now()).toBe(2);
    await bus.publish('team:1');
    expect(await view.now()).toBe(3);
    await bus.publish('job:2');
    expect(await view.now()).toBe(3);
    clock.advance(2000);
    expect(await view.now()).toBe(4);
  });

  it('is read again by whoever asks after an announcement, even while a reading is under way', async () => {
    const { view, bus, holdUntil } = setUp();
    let letGo: () => void = () => undefined;
    holdUntil(new Promise((resolve) => (letGo = resolve)));
    const early = view.now();
    await bus.publish('job:1');
    const late = view.now();
    letGo();
    expect(await early).toBe(1);
    expect(await late).toBe(2);
    expect(await view.now()).toBe(2);
  });

  it('is shared by name, and closed by the last who lets go of it', () => {
    const { runtime } = setUp();
    let closed = 0;
    const make = () => ({ close: () => void (closed += 1) });
    const first = shareView(runtime, 'a', make);
    const second = shareView(runtime, 'a', make);
    expect(second.view).toBe(first.view);
    first.release();
    expect(closed).toBe(0);
    second.release();
    expect(closed).toBe(1);
    expect(shareView(runtime, 'a', make).view).not.toBe(first.view);
  });
});
