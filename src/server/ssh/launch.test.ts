import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { composeLaunch, MarkedStream } from './launch';
import { sh } from './shell';
import { shellValue } from './shell-value.test-support';

const mark = 'quaymaster-0123456789abcdef';
const folder = mkdtempSync(join(tmpdir(), 'quaymaster-launch-'));
afterAll(() => rmSync(folder, { recursive: true }));

function readMarked(bytes: Buffer, cuts: readonly number[] = []) {
  const data: Buffer[] = [];
  let started: string | undefined;
  const stream = new MarkedStream(mark, { onStart: (rest) => (started = rest), onData: (chunk) => data.push(chunk) });
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  edges.slice(1).forEach((edge, index) => stream.push(bytes.subarray(edges[index], edge)));
  return { started, noise: stream.noise, data: Buffer.concat(data).toString() };
}

const loginShells = ['/bin/sh', '/bin/dash', '/bin/bash', '/usr/bin/zsh', '/usr/bin/fish'].filter((path) =>
  existsSync(path),
);

describe.each(loginShells)('a launch by the login shell %s', (loginShell) => {
  const launch = (script: ReturnType<typeof sh>) =>
    readMarked(
      execFileSync(loginShell, ['-c', composeLaunch(script, { privilege: 'user', mark })], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );

  it('hands any value through to the script and runs nothing of it', () => {
    fc.assert(
      fc.property(fc.array(shellValue, { minLength: 1, maxLength: 40 }), (values) => {
        expect(
          launch(sh`printf '%s\\0' ${values}`)
            .data.split('\0')
            .slice(0, -1),
        ).toEqual(values);
        expect(readdirSync(folder)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('tells the process id, speaks English and finds the tools of root', () => {
    const { started, data } = launch(sh`echo $$; echo "$LC_ALL"; echo "$PATH"`);
    const [pid, language, path] = data.split('\n');
    expect(started).toBe(pid);
    expect(language).toBe('C');
    expect(path).toMatch(/\/usr\/sbin/);
  });
});

describe('MarkedStream', () => {
  it('splits noise from output wherever the stream is cut', () => {
    const bytes = Buffer.from(`Welcome to the host\n${mark} 4711\nfirst\nsecond ${mark} third\n`);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 10 }), (cuts) => {
        expect(readMarked(bytes, cuts)).toEqual({
          started: '4711',
          noise: 'Welcome to the host\n',
          data: `first\nsecond ${mark} third\n`,
        });
      }),
    );
  });

  it('keeps everything as noise when the mark never comes', () => {
    expect(readMarked(Buffer.from('This account is currently not available.\n'))).toEqual({
      started: undefined,
      noise: 'This account is currently not available.\n',
      data: '',
    });
  });

  it('finds the mark behind more noise than it keeps', () => {
    const { started, data } = readMarked(
      Buffer.from(`${'x'.repeat(300_000)}\n${mark} 1\nout`),
      Array.from({ length: 300 }, (_, index) => index * 1000),
    );
    expect({ started, data }).toEqual({ started: '1', data: 'out' });
  });
});
