import { describe, expect, it } from 'vitest';

import { isSameFilter, resourceFilterOf } from './resource-filter';

describe('resourceFilterOf', () => {
  it.each([
    ['reads a machine and a standing', { machine: 'edge-1', show: 'found' }, { machine: 'edge-1', show: 'found' }],
    ['leaves out what is empty or missing', { machine: '', show: undefined }, {}],
    ['leaves out a standing that there is not', { machine: undefined, show: 'lost' }, {}],
    ['leaves out what is given twice', { machine: ['a', 'b'], show: ['found'] }, {}],
    ['leaves out what no machine can be called', { machine: 'x'.repeat(64), show: undefined }, {}],
  ])('%s', (_title, values, expected) => {
    expect(resourceFilterOf(values)).toEqual(expected);
  });
});

describe('isSameFilter', () => {
  it('compares both parts', () => {
    expect(isSameFilter({}, {})).toBe(true);
    expect(isSameFilter({ machine: 'a' }, { machine: 'b' })).toBe(false);
    expect(isSameFilter({ show: 'found' }, {})).toBe(false);
  });
});
