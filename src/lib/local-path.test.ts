import { describe, expect, it } from 'vitest';

import { parseLocalPath } from './local-path';

describe('where to go after signing in', () => {
  it.each(['/', '/t/edge/machines?q=a%20b', '/t/edge/jobs/1?line=2'])('may be %s', (path) => {
    expect(parseLocalPath(path)).toBe(path);
  });

  it.each([
    ['another site', 'https://evil.example/'],
    ['a host without a scheme', '//evil.example'],
    ['a host behind a backslash', '/\\evil.example'],
    ['a backslash later on', '/a\\b'],
    ['a script', 'javascript:alert(1)'],
    ['a tab, which browsers drop before they read the address', '/\t/evil.example'],
    ['a relative path', 't/edge'],
    ['nothing', undefined],
    ['something endless', `/${'a'.repeat(2001)}`],
  ])('is never %s', (_what, path) => {
    expect(parseLocalPath(path)).toBeUndefined();
  });
});
