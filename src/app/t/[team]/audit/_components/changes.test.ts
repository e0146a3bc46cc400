import { describe, expect, it } from 'vitest';

import { changesOf } from './changes';

describe('the values of an event', () => {
  it('stand side by side, by field', () => {
    expect(changesOf({ role: 'member', days: 30 }, { role: 'admin', days: 7 })).toEqual([
      { field: 'role', before: 'member', after: 'admin' },
      { field: 'days', before: '30', after: '7' },
    ]);
  });

  it('may be new or gone', () => {
    expect(changesOf({ email: 'a@example.test' }, { machines: ['edge-1', 'edge-2'] })).toEqual([
      { field: 'email', before: 'a@example.test', after: undefined },
      { field: 'machines', before: undefined, after: 'edge-1, edge-2' },
    ]);
  });

  it.each([null, undefined, 'text', 7, []])('are none where the event holds %j', (value) => {
    expect(changesOf(value, value)).toEqual([]);
  });
});
