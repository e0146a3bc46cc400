import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isSshdInstalled, type Sshd, startSshd } from '../../../test/support/sshd';
import type { SshConnection } from './connection';
import { connectTo, never, why } from './connection.test-support';
import { sh } from './shell';
import { shellValue } from './shell-value.test-support';

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe.skipIf(!isSshdInstalled)(`SshConnection with a real sshd (${why})`, () => {
  let sshd: Sshd;
  let connection: SshConnection;
  let folder: string;

  const run = (script: ReturnType<typeof sh>, more: object = {}) =>
    connection.run({ name: 'try', script, ...more }, never);

  beforeAll(async () => {
    sshd = await startSshd();
    connection = await connectTo(sshd);
    folder = mkdtempSync(join(tmpdir(), 'quaymaster-connection-'));
  });
  afterAll(async () => {
    await connection.close();
    await sshd.remove();
    rmSync(folder, { recursive: true });
  });

  describe('run', () => {
    it('gives exit code and both streams apart', async () => {
      expect(await run(sh`echo out; echo err >&2; exit 3`, { expect: [3] })).toEqual({
        exitCode: 3,
        stdout: 'out\n',
        stderr: 'err\n',
      });
    });

    it('throws what the command was for and its last words when the exit code is not expected', async () => {
      await expect(run(sh`echo first; printf 'no such \\033[31mimage\n' >&2; exit 7`)).rejects.toMatchObject({
        code: 'provision.command-failed',
        public: '"try" ended with exit code 7: no such image',
        output: expect.stringContaining('first\n') as string,
      });
    });

    it('takes any exit code when any is expected, a signal as shells count it', async () => {
      expect((await run(sh`exit 255`, { expect: 'any' })).exitCode).toBe(255);
      expect((await run(sh`kill -9 $$`, { expect: 'any' })).exitCode).toBe(137);
    });

    it('sends standard input and closes it', async () => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
      const { stdout } = await run(sh`cksum`, { stdin: bytes });
      expect(stdout).toMatch(/^\d+ 300000\n$/);
      expect((await run(sh`cat`, { stdin: 'a\nb' })).stdout).toBe('a\nb');
      expect((await run(sh`cat`)).stdout).toBe('');
    });

    it('hands on lines as they come, whole characters only', async () => {
      const seen: string[] = [];
      const script = sh`printf 'pa\\303'; exec 3<&0; read -r _ <&3; printf '\\266rt\nlast'; echo warning >&2`;
      const abort = new AbortController();
      const result = await connection.run(
        { name: 'print', script, stdin: '\n', onLine: (stream, line) => seen.push(`${stream}: ${line}`) },
        abort.signal,
      );
      expect(seen.toSorted()).toEqual(['stderr: warning', 'stdout: last', 'stdout: paört']);
      expect(result.stdout).toBe('paört\nlast');
    });

    it('shows a line before the command ends', async () => {
      const flag = join(folder, 'flag');
      let isRunning = true;
      const done = run(sh`echo ready; while [ ! -e ${flag} ]; do sleep 0.05; done`, {
        onLine: () => {
          expect(isRunning).toBe(true);
          writeFileSync(flag, '');
        },
      }).finally(() => (isRunning = false));
      expect((await done).exitCode).toBe(0);
    });

    it('fails with what onLine throws, and stops the command', async () => {
      const failing = run(sh`echo $$ > ${join(folder, 'thrower')}; echo go; sleep 60`, {
        onLine: () => {
          throw new Error('the log is full');
        },
      });
      await expect(failing).rejects.toThrow('the log is full');
      const pid = Number(readFileSync(join(folder, 'thrower'), 'utf8'));
      await expect.poll(() => isGone(pid), { timeout: 5000 }).toBe(true);
    });

    it('keeps the beginning and the end of endless output', async () => {
      const { stdout } = await run(sh`echo first; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo last`);
      expect(stdout.length).toBeLessThan(2_200_000);
      expect(stdout).toMatch(/^first\n/);
      expect(stdout).toMatch(/\[\d+ bytes left out\]/);
      expect(stdout).toMatch(/\nlast\n$/);
    });

    it('does not wait for a process that was left behind with the output open', async () => {
      const startedAt = performance.now();
      const { stdout } = await run(sh`sleep 30 & echo $!`);
      expect(performance.now() - startedAt).toBeLessThan(8000);
      process.kill(Number(stdout));
    });

    it('keeps the noise of start-up files out of the output', async () => {
      writeFileSync(join(sshd.folder, '.bashrc'), 'echo Welcome; echo Beware >&2; printf "no line feed"\n');
      try {
        expect(await run(sh`echo out; echo err >&2`)).toEqual({ exitCode: 0, stdout: 'out\n', stderr: 'err\n' });
      } finally {
        rmSync(join(sshd.folder, '.bashrc'));
      }
    });

    it('runs many at once over one connection, and no more than the server allows', async () => {
      const results = await Promise.all(
        Array.from({ length: 30 }, (_, index) => run(sh`sleep 0.05; printf %s ${index}`)),
      );
      expect(results.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 30 }, (_, index) => index));
    });

    it('prints any value as it is and runs nothing of it', async () => {
      const canaries = join(folder, 'canaries');
      mkdirSync(canaries);
      await fc.assert(
        fc.asyncProperty(fc.array(shellValue, { minLength: 20, maxLength: 40 }), async (values) => {
          const { stdout } = await run(sh`cd ${canaries}; printf '%s\\0' ${values}`);
          expect(stdout.split('\0').slice(0, -1)).toEqual(values);
          expect(readdirSync(canaries)).toEqual([]);
        }),
        { numRuns: 15 },
      );
    });
  });

  describe('a command that nobody waits for any more', () => {
    it('is stopped, with its children, when its time is over, and the text says how long that was', async () => {
      const script = sh`sleep 61 & echo $! > ${join(folder, 'child')}; echo $$ > ${join(folder, 'parent')}; wait`;
      await expect(run(script, { timeoutMs: 1500 })).rejects.toMatchObject({
        code: 'provision.command-failed',
        public: '"try" did not finish within 1.5 s and was stopped.',
      });
      const pids = ['child', 'parent'].map((name) => Number(readFileSync(join(folder, name), 'utf8')));
      await expect.poll(() => pids.every(isGone), { timeout: 5000 }).toBe(true);
    });

    it('is killed when it does not listen to TERM', async () => {
      const script = sh`trap '' TERM; echo $$ > ${join(folder, 'stubborn')}; while :; do sleep 1; done`;
      await expect(run(script, { timeoutMs: 1500 })).rejects.toThrow('did not finish');
      const pid = Number(readFileSync(join(folder, 'stubborn'), 'utf8'));
      await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
    });

    it('is stopped at an abort, which rejects at once with its reason', async () => {
      const abort = new AbortController();
      const running = connection.run(
        {
          name: 'wait',
          script: sh`echo $$ > ${join(folder, 'aborted')}; echo ready; sleep 61`,
          onLine: () => abort.abort(new Error('cancelled by Ada')),
        },
        abort.signal,
      );
      await expect(running).rejects.toThrow('cancelled by Ada');
      const pid = Number(readFileSync(join(folder, 'aborted'), 'utf8'));
      await expect.poll(() => isGone(pid), { timeout: 5000 }).toBe(true);
    });

    it('never starts when the signal is aborted already', async () => {
      const abort = AbortSignal.abort(new Error('too late'));
      const script = sh`touch ${join(folder, 'late')}`;
      await expect(connection.run({ name: 'touch', script }, abort)).rejects.toThrow('too late');
      await run(sh`true`);
      expect(existsSync(join(folder, 'late'))).toBe(false);
    });

    it('gives its session back, so that others can run', async () => {
      const abort = new AbortController();
      const hanging = Array.from({ length: 6 }, () =>
        connection.run({ name: 'hang', script: sh`sleep 61` }, abort.signal).catch((error: Error) => error.message),
      );
      const next = run(sh`echo next`);
      abort.abort(new Error('enough'));
      expect(await Promise.all(hanging)).toEqual(Array.from({ length: 6 }, () => 'enough'));
      expect((await next).stdout).toBe('next\n');
    });
  });
});
