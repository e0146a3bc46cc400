import { describe, expect, it } from 'vitest';

import { logFileLine, logFileName } from './log-file';

const createdAt = new Date('2026-11-22T12:00:00.123Z');

describe('logFileName', () => {
  it('names machine, kind and time', () => {
    expect(logFileName({ subject: 'edge-1', kind: 'machine.create', createdAt })).toBe(
      'edge-1_machine.create_2026-11-22T12-00-00Z.log',
    );
  });

  it.each([
    ['../../etc/passwd', 'etc-passwd_k_'],
    ['a"; filename="x.exe', 'a-filename-x.exe_k_'],
    ['a\r\nSet-Cookie: x', 'a-Set-Cookie-x_k_'],
    ['机器', 'k_'],
    ['.hidden', 'hidden_k_'],
  ])('lets nothing of %j get out of a name or a header', (subject, begins) => {
    const name = logFileName({ subject, kind: 'k', createdAt });
    expect(name.startsWith(begins)).toBe(true);
    expect(name).toMatch(/^[\w.-]+$/);
  });
});

describe('logFileLine', () => {
  it('keeps one line on one line', () => {
    expect(logFileLine({ atMs: createdAt.getTime(), step: 'connect', text: 'a\rb' })).toBe(
      '2026-11-22T12:00:00.123Z  connect  a b\n',
    );
  });
});
