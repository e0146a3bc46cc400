import { describe, expect, it } from 'vitest';

import { jobFilterOf } from './job-filter';

describe('jobFilterOf', () => {
  it.each([
    ['', {}],
    ['state=failed state=cancelled', { states: ['failed', 'cancelled'] }],
    ['state=failed state=failed', { states: ['failed'] }],
    ['state=lost', { states: [] }],
    ['kind=machine.create machine=edge-1', { kinds: ['machine.create'], machines: ['edge-1'] }],
    ['edge tokyo', { words: ['edge', 'tokyo'] }],
    ['"build box"', { words: ['build box'] }],
    ['label=env', { words: ['label=env'] }],
    ['state=', {}],
    ['x'.repeat(300), { words: ['x'.repeat(100)] }],
    [`machine=${'x'.repeat(65)}`, { machines: [] }],
  ])('reads %j', (text, filter) => {
    expect(jobFilterOf(text)).toEqual(filter);
  });
});
