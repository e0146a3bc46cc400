import { describe, expect, it } from 'vitest';

import { toggled } from './use-machine-selection';

const shown = ['a', 'b', 'c', 'd'];

describe('toggled', () => {
  it.each([
    ['chooses one', [], { name: 'b', from: null }, ['b']],
    ['takes it out again', ['b', 'c'], { name: 'b', from: null }, ['c']],
    ['chooses all in between, downwards', ['b'], { name: 'd', from: 'b' }, ['b', 'c', 'd']],
    ['and upwards', ['c'], { name: 'a', from: 'c' }, ['a', 'b', 'c']],
    ['chooses one where the other end is not shown any more', [], { name: 'b', from: 'gone' }, ['b']],
  ])('%s', (_title, chosen, click, expected) => {
    expect([...toggled(new Set(chosen), click, shown)].sort()).toEqual(expected);
  });
});
