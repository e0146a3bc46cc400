import { spawn } from 'node:child_process';

import type { LogStream } from '@/lib/step-log';
import { systemClock } from '@/server/clock/clock';
import { deadlineSignal } from '@/server/clock/deadline';
import type { Command, CommandResult, CommandRunner } from '@/server/ssh/command-runner';

import type { ProvisionContext } from './context';

export interface LogRecorder {
  info(text: string): void;
  line(stream: LogStream, text: string): void;
  readonly texts: string[];
  /** All of it, one line a line. */
  text(): string;
}

export function recordLog(): LogRecorder {
  const texts: string[] = [];
  return {
    texts,
    info: (text) => texts.push(`console ${text}`),
    line: (stream, text) => texts.push(`${stream} ${text}`),
    text: () => texts.join('\n'),
  };
}

export interface ScriptedAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
}

/** A host that answers commands by their name, each time with the next answer of its list (the last one stays). */
export class ScriptedHost implements CommandRunner {
  readonly commands: Command[] = [];
  readonly #answers: Readonly<Record<string, readonly ScriptedAnswer[]>>;
  readonly #files: Readonly<Record<string, string>>;
  readonly #asked = new Map<string, number>();

  constructor(
    answers: Readonly<Record<string, readonly ScriptedAnswer[]>>,
    files: Readonly<Record<string, string>> = {},
  ) {
    this.#answers = answers;
    this.#files = files;
  }

  async run(command: Command): Promise<CommandResult> {
    this.commands.push(command);
    const list = this.#answers[command.name];
    if (!list) throw new Error(`nobody expected the command "${command.name}"`);
    const turn = this.#asked.get(command.name) ?? 0;
    this.#asked.set(command.name, turn + 1);
    const { stdout = '', stderr = '', exitCode = 0 } = list[Math.min(turn, list.length - 1)] ?? {};
    for (const line of stdout.split('\n').filter(Boolean)) command.onLine?.('stdout', line);
    for (const line of stderr.split('\n').filter(Boolean)) command.onLine?.('stderr', line);
    return Promise.resolve({ exitCode, stdout, stderr });
  }

  upload(): Promise<void> {
    return Promise.reject(new Error('nobody expected an upload'));
  }

  read(path: string): Promise<Buffer | null> {
    const text = this.#files[path];
    return Promise.resolve(text === undefined ? null : Buffer.from(text));
  }
}

/** Runs the scripts on this very machine, as whoever runs the tests: for scripts that keep to a folder of the test. */
export const localShell: CommandRunner = {
  run: (command) =>
    new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', `export LC_ALL=C\n${command.script.shell}`]);
      const output = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const) {
        child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
      }
      child.on('error', reject);
      child.on('close', (code) => {
        for (const stream of ['stdout', 'stderr'] as const) {
          for (const line of output[stream].split('\n').slice(0, -1)) command.onLine?.(stream, line);
        }
        const exitCode = code ?? -1;
        const expected = command.expect ?? [0];
        if (expected !== 'any' && !expected.includes(exitCode)) reject(new Error(`${command.name}: ${output.stderr}`));
        else resolve({ exitCode, ...output });
      });
      child.stdin.on('error', () => undefined);
      child.stdin.end(command.stdin ?? '');
    }),
  upload: () => Promise.reject(new Error('not needed')),
  read: () => Promise.reject(new Error('not needed')),
};

export function contextOn(host: CommandRunner): ProvisionContext & { readonly log: LogRecorder } {
  return { host, log: recordLog(), signal: deadlineSignal(20_000), clock: systemClock };
}
