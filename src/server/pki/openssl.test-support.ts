import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OpensslRun {
  readonly exitCode: number;
  readonly output: string;
}

/** The openssl program in a folder of its own: a second opinion on what we make, and a maker of other people's files. */
export interface Openssl {
  readonly folder: string;
  /** Runs it with a command that is split at spaces, then arguments as they are; the exit code is in the answer. */
  readonly run: (command: string, ...args: string[]) => Promise<OpensslRun>;
  /** Runs it and fails with its output when it fails; answers its standard output. */
  readonly must: (command: string, ...args: string[]) => Promise<string>;
  readonly write: (name: string, content: string | Uint8Array) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function openOpenssl(): Promise<Openssl> {
  const folder = await mkdtemp(join(tmpdir(), 'quaymaster-pki-'));
  const run = (command: string, ...rest: string[]) =>
    new Promise<OpensslRun & { stdout: string }>((resolve, reject) => {
      const args = [...command.split(' '), ...rest];
      const child = execFile('openssl', args, { cwd: folder, timeout: 60_000 }, (err, stdout, stderr) => {
        if (err && typeof err.code !== 'number') reject(new Error('openssl did not run', { cause: err }));
        else resolve({ exitCode: typeof err?.code === 'number' ? err.code : 0, output: stdout + stderr, stdout });
      });
      child.stdin?.end();
    });
  return {
    folder,
    run,
    must: async (command, ...args) => {
      const { exitCode, output, stdout } = await run(command, ...args);
      if (exitCode !== 0) throw new Error(`openssl ${[command, ...args].join(' ')} exited with ${exitCode}: ${output}`);
      return stdout;
    },
    write: async (name, content) => {
      await writeFile(join(folder, name), content);
      return name;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
