import { describe, expect, it } from 'vitest';

import { Turns } from './turns';

const gated = () => {
  const started: string[] = [];
  const open: (() => void)[] = [];
  return {
    started,
    work: (name: string) => () =>
      new Promise<void>((resolve) => {
        started.push(name);
        open.push(resolve);
      }),
    finish: async () => {
      open.shift()?.();
      await new Promise(setImmediate);
    },
  };
};

describe('Turns', () => {
  it('runs a key one at a time, and once more for all who asked meanwhile', async () => {
    const turns = new Turns();
    const gate = gated();
    const first = turns.run('a', gate.work('first'));
    const second = turns.run('a', gate.work('second'));
    const third = turns.run('a', gate.work('third'));
    expect(gate.started).toEqual(['first']);
    await gate.finish();
    await first;
    expect(gate.started).toEqual(['first', 'second']);
    const fourth = turns.run('a', gate.work('fourth'));
    await gate.finish();
    await Promise.all([second, third]);
    expect(gate.started).toEqual(['first', 'second', 'fourth']);
    await gate.finish();
    await fourth;
    await turns.idle();
  });

  it('tells work that had to wait that it has', async () => {
    const turns = new Turns();
    const told: boolean[] = [];
    const work = ({ hasWaited }: { hasWaited: boolean }) => {
      told.push(hasWaited);
      return Promise.resolve();
    };
    await Promise.all([turns.run('a', work), turns.run('a', work), turns.run('b', work)]);
    expect(told).toEqual([false, false, true]);
  });

  it('gives the next one its turn after a failure, which only its own callers see', async () => {
    const turns = new Turns();
    const failing = turns.run('a', () => Promise.reject(new Error('down')));
    const next = turns.run('a', () => Promise.resolve());
    await expect(failing).rejects.toThrow('down');
    await expect(next).resolves.toBeUndefined();
  });
});
