import { describe, expect, it } from 'vitest';

import { SessionSlots } from './session-slots';

const never = new AbortController().signal;

describe('SessionSlots', () => {
  it('lets in as many as its limit and the others in their order', async () => {
    const slots = new SessionSlots(2);
    const order: string[] = [];
    const releases = await Promise.all([slots.acquire(never), slots.acquire(never)]);
    const third = slots.acquire(never).then((release) => {
      order.push('third');
      return release;
    });
    const fourth = slots.acquire(never).then((release) => {
      order.push('fourth');
      return release;
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    expect(slots.busy).toBe(2);
    releases[0]?.();
    (await third)();
    (await fourth)();
    expect(order).toEqual(['third', 'fourth']);
    releases[1]?.();
    expect(slots.busy).toBe(0);
  });

  it('gives a slot back once, however often its holder says so', async () => {
    const slots = new SessionSlots(1);
    const release = await slots.acquire(never);
    release();
    release();
    await slots.acquire(never);
    expect(slots.busy).toBe(1);
  });

  it('lets nobody slip in between a slot that is given back and the one who waits for it', async () => {
    const slots = new SessionSlots(1);
    const release = await slots.acquire(never);
    const waiting = slots.acquire(never);
    release();
    let hasSlippedIn = false;
    void slots.acquire(never).then(() => (hasSlippedIn = true));
    await waiting;
    expect(hasSlippedIn).toBe(false);
    expect(slots.busy).toBe(1);
  });

  it('forgets who stops waiting, with the reason of the abort', async () => {
    const slots = new SessionSlots(1);
    const release = await slots.acquire(never);
    const abort = new AbortController();
    const waiting = slots.acquire(abort.signal);
    abort.abort(new Error('no longer wanted'));
    await expect(waiting).rejects.toThrow('no longer wanted');
    release();
    expect(slots.busy).toBe(0);
  });

  it('can be lowered, to one at least', async () => {
    const slots = new SessionSlots(3);
    const releases = await Promise.all([slots.acquire(never), slots.acquire(never)]);
    slots.lower(0);
    const waiting = slots.acquire(never);
    releases[0]?.();
    expect(slots.busy).toBe(1);
    releases[1]?.();
    (await waiting)();
    expect(slots.busy).toBe(0);
  });
});
