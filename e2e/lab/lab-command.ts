import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('lab.sh', import.meta.url));

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  stdin?: string | Uint8Array;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Lets a person see the script's progress while it runs. */
  showProgress?: boolean;
}

/** The command line for callers that must wait for it themselves, such as a process that is about to exit. */
export const labCommandLine = (args: readonly string[]): [string, string[]] => ['bash', [script, ...args]];

/**
 * Runs a command of lab.sh, whatever its exit code is (-1 when a signal ended it).
 * Throws when it took longer than timeoutMs (default two minutes) or the signal was aborted: then everything that it had
 * started outside of a host is ended as well.
 */
export function tryLabCommand(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const timeoutMs = options.timeoutMs ?? 120_000;
  return new Promise((resolve, reject) => {
    // A group of its own, so that the children of the script can be ended with it.
    const [file, line] = labCommandLine(args);
    const child = spawn(file, line, { detached: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr.push(chunk);
      if (options.showProgress) process.stderr.write(chunk);
    });

    let stopped: Error | undefined;
    const stop = (why: Error): void => {
      stopped = why;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    };
    const timer = setTimeout(() => stop(new Error(`lab.sh ${args[0]} took longer than ${timeoutMs} ms`)), timeoutMs);
    const abort = (): void => stop(new Error(`lab.sh ${args[0]} was aborted`));
    if (options.signal?.aborted) abort();
    else options.signal?.addEventListener('abort', abort, { once: true });

    const settle = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code) => {
      settle();
      const result = { code: code ?? -1, stdout: text(stdout), stderr: text(stderr) };
      if (stopped) reject(new Error(`${stopped.message}\n${result.stderr}`));
      else resolve(result);
    });
    // A command that ends without reading its input is no failure of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  });
}

/** The same, but a non-zero exit is an error, which carries what the script said. Returns its standard output. */
export async function labCommand(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await tryLabCommand(args, options);
  if (code !== 0) throw new Error(`lab.sh ${args.join(' ')} ended with ${code}\n${stderr}`);
  return stdout;
}

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
