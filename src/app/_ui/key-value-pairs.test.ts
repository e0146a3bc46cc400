import { describe, expect, it } from 'vitest';

import { parsePairs } from './key-value-pairs';

describe('parsePairs', () => {
  it('reads the lines of an environment file, without comments and blank lines', () => {
    expect(parsePairs('# proxy\r\nHTTP_PROXY=http://proxy:3128\n\n NO_PROXY = a=b,c ')).toEqual([
      { name: 'HTTP_PROXY', value: 'http://proxy:3128' },
      { name: 'NO_PROXY', value: 'a=b,c' },
    ]);
  });

  it.each([['word'], ['=value'], ['A=1\nword'], ['']])('leaves text that is no list of pairs alone: %j', (text) => {
    expect(parsePairs(text)).toEqual([]);
  });
});
