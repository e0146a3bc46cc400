import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { quote, sh } from './shell';
import { shellValue } from './shell-value.test-support';

const folder = mkdtempSync(join(tmpdir(), 'quaymaster-shell-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shells = ['/bin/sh', '/bin/dash', '/bin/bash', '/bin/zsh'].filter((path) => existsSync(path));

describe.each(shells)('sh`…` run by %s', (shell) => {
  const runShell = (script: string) =>
    execFileSync(shell, ['-c', script], { cwd: folder, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });

  it('prints any value as it is and runs nothing of it', () => {
    fc.assert(
      fc.property(fc.array(shellValue, { minLength: 1, maxLength: 40 }), (values) => {
        const { shell: script } = sh`printf '%s\\0' ${values}`;
        expect(runShell(script).split('\0').slice(0, -1)).toEqual(values);
        expect(readdirSync(folder)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps a value whole wherever the script puts it', () => {
    fc.assert(
      fc.property(shellValue, (value) => {
        const { shell: script } = sh`x=${value}; case "$x" in ${value}) printf '%s' "$x" ;; *) exit 9 ;; esac`;
        expect(runShell(script)).toBe(value);
        expect(readdirSync(folder)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('sh`…`', () => {
  it('keeps a nested script as it is and quotes the values in it once', () => {
    const inner = sh`printf %s ${"it's"}`;
    expect(sh`if true; then ${inner}; fi`.shell).toBe(String.raw`if true; then printf %s 'it'\''s'; fi`);
  });

  it('makes one word of each item of a list, of numbers and of the empty string', () => {
    expect(sh`install -m ${644} ${['a b', '']} ${7}`.shell).toBe("install -m '644' 'a b' '' '7'");
  });

  it('makes no word of an empty list', () => {
    expect(sh`echo ${[]}.`.shell).toBe('echo .');
  });

  it('refuses an escape that JavaScript does not know, instead of running nothing', () => {
    expect(() => sh`printf '\033[0m'`).toThrow(TypeError);
    expect(() => sh`printf %s ${1} '\400'`).toThrow(TypeError);
  });

  it('refuses a NUL character, which would cut the word short on the host', () => {
    expect(() => sh`echo ${'a\0b'}`).toThrow(TypeError);
    expect(() => quote('\0')).toThrow(TypeError);
  });
});
