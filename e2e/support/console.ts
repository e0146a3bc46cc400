import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readyTimeoutMs = 120_000;

/** A console that runs as operators run it: the built one, in a process of its own. */
export interface RunningConsole {
  readonly url: string;
  readonly dataDir: string;
  /** The one-time link that a first start prints; null later. */
  readonly setupLink: string | null;
  /** Everything that it has printed so far. */
  output(): string;
  /** SIGTERM, and waits for its end. Resolves with the exit code. */
  stop(): Promise<number>;
  /** kill -9, as a crash would end it. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<RunningConsole>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

interface Options {
  readonly port: number;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
}

const launch = async (options: Options): Promise<RunningConsole> => {
  const { port, dataDir, env } = options;
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [join(root, 'scripts', 'serve.mjs')], {
    cwd: root,
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', QUAYMASTER_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the console was not ready in time:\n${text}`)), readyTimeoutMs);
    const take = (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Quaymaster is ready')) {
        clearTimeout(timer);
        resolve();
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the console ended with code ${code}:\n${text}`));
    });
  });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  void ended.then(() => process.removeListener('exit', endWithUs));
  await ready.catch(async (error: unknown) => {
    child.kill('SIGKILL');
    await ended;
    throw error;
  });
  const stop = async () => {
    child.kill('SIGTERM');
    return ended;
  };
  return {
    url,
    dataDir,
    get setupLink() {
      return /https?:\/\/\S+\/setup\?token=\S+/.exec(text)?.[0] ?? null;
    },
    output: () => text,
    stop,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    restart: () => launch(options),
    remove: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Starts a built console on a free port of loopback, with a data folder of its own. */
export async function startConsole(env: Readonly<Record<string, string>> = {}): Promise<RunningConsole> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quaymaster-e2e-'));
  return launch({ port: await freePort(), dataDir, env: { QUAYMASTER_LOG_LEVEL: 'warn', ...env } });
}
