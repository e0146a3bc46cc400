import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { type Fault, nameOf } from './faults';
import type { Facts, Message, Plan } from './protocol';

const root = fileURLToPath(new URL('../..', import.meta.url));

let built: Promise<string> | undefined;

/** The worker as one file, built once: a console that starts fifty times has no time for a thousand modules. */
const buildWorker = async (): Promise<string> => {
  // Beside node_modules, so that the packages are found; removed with the process.
  const outfile = join(root, 'node_modules', '.cache', `quaymaster-crash-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, 'e2e', 'crash', 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    conditions: ['react-server'],
    tsconfig: join(root, 'tsconfig.json'),
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  process.once('exit', () => rmSync(outfile, { force: true }));
  return outfile;
};

export interface Outcome {
  readonly facts: Facts;
  /** How often the process, the database or the connection was ended, in the order in which it happened. */
  readonly struck: readonly string[];
}

export interface HarnessOptions {
  /** Settings of the console besides its data folder. */
  readonly env?: Readonly<Record<string, string>>;
  /** With `mode: 'ask'`: what is to happen to the world at a fault, before the worker goes on. */
  readonly onStruck?: (fault: Fault) => Promise<void>;
}

/** A console that is ended again and again, with the data folder that all of its lives share. */
export class Harness {
  readonly #options: HarnessOptions;
  readonly #dataDir: string;

  private constructor(options: HarnessOptions, dataDir: string) {
    this.#options = options;
    this.#dataDir = dataDir;
  }

  static async open(options: HarnessOptions = {}): Promise<Harness> {
    return new Harness(options, await mkdtemp(join(tmpdir(), 'quaymaster-crash-')));
  }

  /** Starts the console as often as it takes until no job runs any more and each fault has struck that will. */
  async run(plan: Plan): Promise<Outcome> {
    const struck: string[] = [];
    let { faults } = plan;
    for (;;) {
      const life = await this.#live({ ...plan, faults });
      struck.push(...life.struck.map(nameOf));
      const gone = new Set(struck);
      faults = faults.filter((fault) => !gone.has(nameOf(fault)));
      if (life.facts) return { facts: life.facts, struck };
      if (life.struck.length === 0) throw new Error(`the console ended by itself:\n${life.output}`);
    }
  }

  async close(): Promise<void> {
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async #live(plan: Plan): Promise<{ struck: Fault[]; facts: Facts | undefined; output: string }> {
    built ??= buildWorker();
    const program = await built;
    const child = spawn(process.execPath, ['--enable-source-maps', '--conditions=react-server', program], {
      cwd: root,
      env: {
        ...process.env,
        QUAYMASTER_DATA_DIR: this.#dataDir,
        QUAYMASTER_DEVELOPMENT: '1',
        QUAYMASTER_LOG_LEVEL: 'error',
        ...this.#options.env,
        CRASH_PLAN: JSON.stringify(plan),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    const struck: Fault[] = [];
    let facts: Facts | undefined;
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = once(child, 'close');
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('{"type":')) {
        output += `${line}\n`;
        continue;
      }
      const message = JSON.parse(line) as Message;
      if (message.type === 'over') facts = message.facts;
      else {
        struck.push(message.fault);
        if (plan.mode === 'ask') {
          await this.#options.onStruck?.(message.fault);
          child.stdin.write('go on\n');
        }
      }
    }
    await ended;
    process.removeListener('exit', endWithUs);
    return { struck, facts, output };
  }
}
