import { expect, it } from 'vitest';

import { listFailures } from './list-failures.mjs';

const passed = { fullName: 'does', status: 'passed', failureMessages: [] };

it('names each failed test with its file and the first lines of why', () => {
  const message = Array.from({ length: 50 }, (_, line) => `line ${line}`).join('\n');
  const report = {
    testResults: [
      { name: '/elsewhere/a.test.ts', status: 'passed', message: '', assertionResults: [passed] },
      {
        name: `${process.cwd()}/src/b.test.ts`,
        status: 'failed',
        message: '',
        assertionResults: [passed, { fullName: 'group refuses', status: 'failed', failureMessages: [message] }],
      },
    ],
  };
  const [failure, ...others] = listFailures('unit', report);
  expect(others).toEqual([]);
  expect(failure).toMatch(/^unit: src\/b\.test\.ts: group refuses\n {4}line 0\n/);
  expect(failure).toMatch(/line 19$/);
});

it('names a file that broke before its first test', () => {
  const report = {
    testResults: [{ name: '/c.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }],
  };
  expect(listFailures('hosts', report)).toEqual(['hosts: /c.test.ts\n    no such module']);
});
