import { describe, expect, it } from 'vitest';

import { parseMachineFilter, parseMachineOrder } from './machine-filter';

describe('parseMachineFilter', () => {
  it.each([
    ['', [], {}, false],
    ['web 192', ['web', '192'], {}, false],
    ['state=stopped state=running web', ['web'], { state: ['stopped', 'running'] }, false],
    ['label=tier=a=b', [], { label: ['tier=a=b'] }, false],
    ['colour=red name=db', [], { name: ['db'] }, true],
    ['constructor=x', [], {}, true],
  ])('reads %j', (text, words, alternatives, isImpossible) => {
    const filter = parseMachineFilter(text);
    expect(filter).toMatchObject({ words, isImpossible });
    expect(Object.fromEntries(filter.alternatives)).toEqual(alternatives);
  });
});

describe('parseMachineOrder', () => {
  it.each([
    ['changed', 'changed', 'asc'],
    ['-changed', 'changed', 'desc'],
    ['-colour', 'name', 'asc'],
    [null, 'name', 'asc'],
  ])('reads %j', (text, sort, order) => {
    expect(parseMachineOrder(text)).toEqual({ sort, order });
  });
});
