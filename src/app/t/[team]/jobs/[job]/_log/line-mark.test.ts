import { describe, expect, it } from 'vitest';

import { lineMark } from './line-mark';

describe('lineMark', () => {
  it.each([
    ['E: Unable to locate package docker.io', 'error'],
    ['dpkg: error processing package docker.io (--configure):', 'error'],
    ['\u001B[31mERROR\u001B[0m something', 'error'],
    ['[FATAL] no', 'error'],
    ['curl: (22) The requested URL returned error: 404', 'error'],
    ['panic: runtime error', 'error'],
    ['W: Some index files failed to download', 'warning'],
    ['dpkg: warning: files list file is missing', 'warning'],
    ['0 errors, 0 warnings', undefined],
    ['Setting up error-tools (1.2)', undefined],
    ['Eject', undefined],
    ['', undefined],
  ] as const)('marks %j as %s', (text, mark) => {
    expect(lineMark({ stream: 'stderr', text })).toBe(mark);
  });

  it("leaves the console's own lines alone", () => {
    expect(lineMark({ stream: 'console', text: 'Error handling is on' })).toBeUndefined();
  });
});
