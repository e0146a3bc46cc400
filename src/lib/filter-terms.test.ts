import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatFilter, parseFilter, toggleTerm, valuesOf } from './filter-terms';

describe('parseFilter', () => {
  it.each([
    ['', []],
    ['  web  ', [{ key: null, value: 'web' }]],
    [
      'state=running driver=amazonec2',
      [
        { key: 'state', value: 'running' },
        { key: 'driver', value: 'amazonec2' },
      ],
    ],
    ['label=env=prod', [{ key: 'label', value: 'env=prod' }]],
    ['name="build box"', [{ key: 'name', value: 'build box' }]],
    [String.raw`name="say \"hi\" \\"`, [{ key: 'name', value: String.raw`say "hi" \ `.trim() }]],
    ['"just words"', [{ key: null, value: 'just words' }]],
    ['name="still typ', [{ key: 'name', value: 'still typ' }]],
    ['state=', [{ key: null, value: 'state=' }]],
  ])('reads %s', (text, terms) => {
    expect(parseFilter(text)).toEqual(terms);
  });

  it('reads back every term that formatFilter wrote', () => {
    const key = fc.option(fc.stringMatching(/^[A-Za-z][\w-]{0,9}$/), { nil: null });
    const terms = fc.array(fc.record({ key, value: fc.string({ unit: 'grapheme', minLength: 0, maxLength: 12 }) }));
    fc.assert(
      fc.property(terms, (list) => {
        expect(parseFilter(formatFilter(list))).toEqual(list);
      }),
    );
  });
});

describe('toggleTerm', () => {
  it('adds a term that is not there and keeps what was typed', () => {
    expect(toggleTerm('web', { key: 'state', value: 'running' })).toBe('web state=running');
  });

  it('takes a term out wherever it stands, other values of its key stay', () => {
    expect(toggleTerm('state=failed web state=running', { key: 'state', value: 'failed' })).toBe('web state=running');
  });

  it('shows its choices as the values of the key', () => {
    expect(valuesOf('state=failed web state=running', 'state')).toEqual(['failed', 'running']);
  });
});
