import { describe, expect, it } from 'vitest';

import { withHostName } from './set-host-name';

describe('withHostName', () => {
  it.each([
    [
      'adds a line for a new name',
      '127.0.0.1 localhost\n127.0.1.1 old.example.org old\n',
      '127.0.0.1 localhost\n127.0.1.1 old.example.org old\n127.0.1.1\tweb-1\n',
    ],
    ['leaves a file alone that has the name', '127.0.1.1\tother web-1 # here\n', '127.0.1.1\tother web-1 # here\n'],
    [
      'is not fooled by a comment or by a longer name',
      '# web-1\n127.0.1.1 web-10\n',
      '# web-1\n127.0.1.1 web-10\n127.0.1.1\tweb-1\n',
    ],
    ['ends a last line that has no end', '127.0.0.1 localhost', '127.0.0.1 localhost\n127.0.1.1\tweb-1\n'],
    ['starts an empty file', '', '127.0.1.1\tweb-1\n'],
  ])('%s', (_, before, after) => {
    expect(withHostName(before, 'web-1')).toBe(after);
    expect(withHostName(after, 'web-1')).toBe(after);
  });
});
