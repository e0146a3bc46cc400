import { describe, expect, it } from 'vitest';

import { expandNames, isNamePattern, linesOf } from './name-pattern';

describe('expandNames', () => {
  it.each([
    ['edge-1', ['edge-1']],
    ['edge-{1..3}', ['edge-1', 'edge-2', 'edge-3']],
    ['web-{08..10}', ['web-08', 'web-09', 'web-10']],
    ['{3..1}', ['3', '2', '1']],
    ['a, b ,c,', ['a', 'b', 'c']],
    ['db, edge-{1..2}', ['db', 'edge-1', 'edge-2']],
    ['r{1..2}-n{1..2}', ['r1-n1', 'r1-n2', 'r2-n1', 'r2-n2']],
    ['', []],
  ])('writes out %s', (pattern, names) => {
    expect(expandNames(pattern)).toEqual({ names, problem: null });
  });

  it.each([
    ['edge-{1..101}', /more than 100/],
    ['r{1..50}-n{1..50}', /more than 100/],
    ['edge-{1..99999}', /more than 100/],
    ['a{1..60}, b{1..60}', /more than 100/],
    ['edge-{1-5}', /no range/],
    ['edge-{1..}', /no range/],
    ['a, b, a', /"a" stands in it twice/],
  ])('refuses %s', (pattern, problem) => {
    expect(expandNames(pattern).problem).toMatch(problem);
  });

  it('takes the largest number of machines', () => {
    expect(expandNames('edge-{1..100}').names).toHaveLength(100);
  });
});

describe('isNamePattern and linesOf', () => {
  it('tell several machines from one, and a line for each', () => {
    expect(isNamePattern('edge-1')).toBe(false);
    expect(isNamePattern('edge-{1..2}')).toBe(true);
    expect(isNamePattern('a,b')).toBe(true);
    expect(linesOf('10.0.0.1\r\n 10.0.0.2 \n\n')).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(linesOf('a\n\nb')).toEqual(['a', '', 'b']);
  });
});
