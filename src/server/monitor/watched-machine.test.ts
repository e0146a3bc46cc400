import { describe, expect, it } from 'vitest';

import { WatchedMachine } from './watched-machine';

const begin = () =>
  new WatchedMachine({ id: 'm', teamId: 'team', state: 'running', isPending: false, hasLease: false }, 0);
const quick = { isQuick: true, nowMs: 0 };
const full = { isQuick: false, nowMs: 0 };

describe('a watched machine', () => {
  it('gets more time when it was slow and not down, at most four times as much, and less again after ten calm looks', () => {
    const machine = begin();
    for (let times = 0; times < 5; times += 1) {
      machine.found(false, quick);
      machine.found(true, full);
    }
    expect(machine.patience).toBe(4);
    for (let looks = 0; looks < 10; looks += 1) machine.found(true, full);
    expect(machine.patience).toBe(2);
    for (let looks = 0; looks < 30; looks += 1) machine.found(true, full);
    expect(machine.patience).toBe(1);
  });

  it('gets no more time when it was down', () => {
    const machine = begin();
    machine.found(false, quick);
    machine.found(false, full);
    expect(machine.downSinceMs).toBe(0);
    machine.found(true, full);
    expect(machine).toMatchObject({ patience: 1, downSinceMs: null });
  });

  it('is looked at at once when it is suspected, and not before its turn once it has answered', () => {
    const machine = begin();
    machine.nextLookMs = 60_000;
    machine.suspect(1000);
    expect(machine).toMatchObject({ isSuspected: true, nextLookMs: 1000 });
    machine.clear(61_000);
    expect(machine).toMatchObject({ isSuspected: false, nextLookMs: 61_000 });
  });
});
