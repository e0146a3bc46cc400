import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { isSshdInstalled, type Sshd, startSshd, trustAnyKey } from '../../../test/support/sshd';
import { connectSsh } from './connect';
import type { SshConnection } from './connection';
import { sh } from './shell';
import { shellValue } from './shell-value.test-support';

const never = new AbortController().signal;
const isRoot = userInfo().uid === 0;
const why = 'needs sshd: apt-get install openssh-server';

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

  const connect = (to: Sshd) => connectSsh(to.target, { signal: never, hostKey: trustAnyKey });
  const run = (script: ReturnType<typeof sh>, more: object = {}) =>
    connection.run({ name: 'try', script, ...more }, never);

  beforeAll(async () => {
    sshd = await startSshd();
    connection = await connect(sshd);
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

  describe.skipIf(!isRoot)('upload and read (as root, or they would need sudo)', () => {
    it('writes any bytes, with mode and owner, and makes the parents that are missing', async () => {
      const content = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
      const path = join(folder, 'a b', "it's", '$(touch canary)', 'file');
      await connection.upload({ path, content, mode: 0o640, owner: 'daemon:bin' }, never);
      expect(readFileSync(path).equals(content)).toBe(true);
      const { mode, uid, gid } = statSync(path);
      expect({ mode: mode & 0o7777, uid, gid }).toEqual({ mode: 0o640, uid: 1, gid: 2 });
      expect(statSync(join(folder, 'a b')).mode & 0o7777).toBe(0o755);
      expect(await connection.read(path, never)).toEqual(content);
      expect(readdirSync(join(path, '..'))).toEqual(['file']);
    });

    it('leaves a parent as it is', async () => {
      const parent = join(folder, 'private');
      mkdirSync(parent, { mode: 0o700 });
      await connection.upload({ path: join(parent, 'file'), content: 'x', mode: 0o600 }, never);
      expect(statSync(parent).mode & 0o7777).toBe(0o700);
    });

    it('takes the place of a file or a link in one step, with the new mode', async () => {
      const path = join(folder, 'replaced');
      const elsewhere = join(folder, 'elsewhere');
      writeFileSync(elsewhere, 'old', { mode: 0o644 });
      symlinkSync(elsewhere, path);
      await connection.upload({ path, content: '', mode: 0o400 }, never);
      expect(readFileSync(path, 'utf8')).toBe('');
      expect(statSync(path).mode & 0o7777).toBe(0o400);
      expect(readFileSync(elsewhere, 'utf8')).toBe('old');
    });

    it('refuses to write over a folder', async () => {
      await expect(connection.upload({ path: folder, content: 'x', mode: 0o600 }, never)).rejects.toMatchObject({
        code: 'provision.command-failed',
        public: expect.stringMatching(/is a folder/) as string,
      });
    });

    it('reads null where there is no file, and fails where it is no file', async () => {
      expect(await connection.read(join(folder, 'absent'), never)).toBeNull();
      expect(await connection.read(join(folder, 'absent', 'below'), never)).toBeNull();
      await expect(connection.read(folder, never)).rejects.toMatchObject({ code: 'provision.command-failed' });
    });

    it('reads bytes that are no text', async () => {
      const bytes = Buffer.from([0, 0xff, 0xfe, 0x0a, 0x0d, 0x1e]);
      writeFileSync(join(folder, 'bytes'), bytes);
      expect(await connection.read(join(folder, 'bytes'), never)).toEqual(bytes);
    });

    it('refuses a relative path', async () => {
      await expect(connection.read('etc/passwd', never)).rejects.toMatchObject({ code: 'internal.invariant' });
    });
  });

  describe('with a server of its own', () => {
    let own: Sshd | undefined;
    let ownConnection: SshConnection | undefined;
    afterEach(async () => {
      await ownConnection?.close();
      await own?.remove();
    });

    it('gets along with a server that allows two sessions at once', async () => {
      own = await startSshd({ config: ['MaxSessions 2'] });
      const only = (ownConnection = await connect(own));
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          only.run({ name: 'echo', script: sh`sleep 0.05; echo ${index}` }, never),
        ),
      );
      expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 8 }, (_, index) => `${index}\n`));
    });

    it('says so when the server allows no session at all', async () => {
      own = await startSshd({ config: ['MaxSessions 0'] });
      ownConnection = await connect(own);
      await expect(ownConnection.run({ name: 'echo', script: sh`echo` }, never)).rejects.toMatchObject({
        code: 'provision.command-failed',
        public: expect.stringMatching(/opens no session.*MaxSessions/) as string,
      });
    });

    it('shows what a forced command said instead of running ours', async () => {
      own = await startSshd({ config: ['ForceCommand echo "backups only"; exit 9'] });
      ownConnection = await connect(own);
      await expect(ownConnection.run({ name: 'echo', script: sh`echo`, expect: 'any' }, never)).rejects.toMatchObject({
        public: expect.stringMatching(/does not run commands.*backups only.*exit code 9/) as string,
      });
    });

    it('rejects what runs with ssh.connection-lost when the connection breaks, and what comes after it', async () => {
      const server = (own = await startSshd());
      const lost = (ownConnection = await connect(server));
      const closed = new Promise<void>((resolve) => lost.onClose(resolve));
      const running = lost.run({ name: 'sleep', script: sh`echo ready; sleep 61`, onLine: () => server.drop() }, never);
      await expect(running).rejects.toMatchObject({
        code: 'ssh.connection-lost',
        public: expect.stringMatching(/was lost during "sleep"/) as string,
      });
      await closed;
      expect(lost.isOpen).toBe(false);
      await expect(lost.run({ name: 'true', script: sh`true` }, never)).rejects.toMatchObject({
        code: 'ssh.connection-lost',
      });
    });

    it.skipIf(!isRoot)('leaves no half a file behind when the connection breaks in the middle of it', async () => {
      const server = (own = await startSshd());
      const lost = (ownConnection = await connect(server));
      const path = join(folder, 'half', 'file');
      await lost.upload({ path, content: 'whole', mode: 0o600 }, never);
      const content = Buffer.alloc(40 * 1024 * 1024, 'x');
      const writing = lost
        .upload({ path, content, mode: 0o600 }, never)
        .catch((error: { code?: string }) => error.code);
      await expect.poll(() => readdirSync(join(folder, 'half')).length, { timeout: 5000, interval: 5 }).toBe(2);
      server.drop();
      expect(await writing).toBe('ssh.connection-lost');
      await expect.poll(() => readdirSync(join(folder, 'half')), { timeout: 10_000 }).toEqual(['file']);
      expect(readFileSync(path, 'utf8')).toBe('whole');
    });

    it('rejects what still runs when it is closed, and closes twice without harm', async () => {
      own = await startSshd();
      const only = (ownConnection = await connect(own));
      const running = only.run({ name: 'sleep', script: sh`sleep 61` }, never);
      const outcome = running.catch((error: { code?: string }) => error.code);
      await only.close();
      await only.close();
      expect(await outcome).toBe('ssh.connection-lost');
    });
  });
});
