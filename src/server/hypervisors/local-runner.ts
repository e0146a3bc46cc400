import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

import { AppError, invariant } from '@/server/errors/app-error';
import { attempt, seconds } from '@/server/ssh/attempt';
import { BoundedOutput } from '@/server/ssh/bounded-output';
import { commandFailed } from '@/server/ssh/command-failed';
import type { Command, CommandResult, CommandRunner, OutputStream, RemoteFile } from '@/server/ssh/command-runner';
import { writeScript } from '@/server/ssh/files';
import { LineSplitter } from '@/server/ssh/line-splitter';

const commandTimeoutMs = 120_000;
const outputBytesMax = 2 * 1024 * 1024;
const stopGraceMs = 3000;

/** Nothing of the console's own environment, which holds its secrets, goes to a command but where programs and the home are. */
const environment = (): NodeJS.ProcessEnv => {
  // oxlint-disable-next-line no-restricted-properties -- no settings: what every process is told by its system
  const { NODE_ENV, PATH = '/usr/bin:/bin', HOME = '/' } = process.env;
  return { NODE_ENV, PATH: `${PATH}:/usr/local/sbin:/usr/sbin:/sbin`, HOME, LC_ALL: 'C' };
};

const isRoot = () => process.getuid?.() === 0;

const reader = (stream: OutputStream, onLine: Command['onLine']) => {
  const output = new BoundedOutput(outputBytesMax);
  const lines = onLine && new LineSplitter((line) => onLine(stream, line));
  const push = (chunk: Buffer) => {
    output.push(chunk);
    lines?.push(chunk);
  };
  return { output, push, end: () => lines?.end() };
};

function execute(command: Command, signal: AbortSignal): Promise<CommandResult> {
  const { name, script, sudo = false, timeoutMs = commandTimeoutMs, stdin, onLine } = command;
  const shell = ['sh', '-c', script.shell];
  const [program = 'sh', ...words] = sudo && !isRoot() ? ['sudo', '-n', '--', ...shell] : shell;
  return attempt<CommandResult>({
    signal,
    timeoutMs,
    timeout: () =>
      new AppError({
        code: 'provision.command-failed',
        public: `"${name}" did not finish within ${seconds(timeoutMs)} and was stopped.`,
      }),
    begin: ({ done, fail }) => {
      // A process group of its own, so that a stop reaches everything that the script has started.
      const child: ChildProcessWithoutNullStreams = spawn(/* turbopackIgnore: true */ program, words, {
        env: environment(),
        cwd: '/',
        detached: true,
      });
      const [out, err] = [reader('stdout', onLine), reader('stderr', onLine)];
      const guard = (work: () => void) => {
        try {
          work();
        } catch (error) {
          stop();
          fail(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const stop = () => {
        const { pid } = child;
        if (pid === undefined) return;
        const kill = (how: 'SIGTERM' | 'SIGKILL') => {
          try {
            process.kill(-pid, how);
          } catch {
            // Allowed: it has ended meanwhile.
          }
        };
        kill('SIGTERM');
        const force = setTimeout(() => kill('SIGKILL'), stopGraceMs);
        child.once('close', () => clearTimeout(force));
      };
      child.stdout.on('data', (chunk: Buffer) => guard(() => out.push(chunk)));
      child.stderr.on('data', (chunk: Buffer) => guard(() => err.push(chunk)));
      child.once('error', fail);
      // A script that does not read its input closes it; its exit code tells how it went.
      child.stdin.on('error', () => undefined);
      child.stdin.end(stdin);
      child.once('close', (code, signalName) => {
        guard(() => {
          out.end();
          err.end();
        });
        done({
          exitCode: code ?? (signalName === 'SIGKILL' ? 137 : 143),
          stdout: out.output.text(),
          stderr: err.output.text(),
        });
      });
      return stop;
    },
  });
}

/** Runs commands on the console's own machine, as the console's own account. */
export const localRunner: CommandRunner = {
  run: async (command, signal) => {
    const { name, expect = [0] } = command;
    const result = await execute(command, signal);
    if (expect !== 'any' && !expect.includes(result.exitCode)) throw commandFailed(name, result);
    return result;
  },
  upload: async (file: RemoteFile, signal) => {
    invariant(file.path.startsWith('/'), `upload to the relative path ${file.path}`);
    const stdin = Buffer.from(file.content);
    await localRunner.run(
      { name: `write ${file.path}`, script: writeScript(file, stdin.length), sudo: true, stdin },
      signal,
    );
  },
  read: async (path, signal) => {
    invariant(path.startsWith('/'), `read of the relative path ${path}`);
    try {
      return await readFile(path, { signal });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new AppError({
        code: 'provision.command-failed',
        public: `The console cannot read ${path} on its own machine.`,
        internal: error instanceof Error ? error.message : String(error),
        cause: error,
      });
    }
  },
};
