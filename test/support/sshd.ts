import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import type { SshTarget } from '@/server/ssh/connect';
import { type PinnedHostKey, trustOnFirstUse } from '@/server/ssh/host-key';
import { probeBanner } from '@/server/ssh/probe';

const sshdPath = '/usr/sbin/sshd';

/** Real-sshd suites are left out where this is false; Debian's package openssh-server brings it. */
export const isSshdInstalled = existsSync(sshdPath);

export interface Sshd {
  readonly port: number;
  readonly folder: string;
  /** An account that may sign in: the one that runs the tests. */
  readonly target: SshTarget;
  readonly hostKeys: readonly PinnedHostKey[];
  /** Ends every session at once, without a goodbye, as a host does that loses its power. */
  drop(): void;
  /** Ends the listening process only; its sessions stay. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

export interface SshdOptions {
  readonly hostKeyTypes?: readonly ('ed25519' | 'ecdsa' | 'rsa')[];
  /** Lines for sshd_config; they win, because sshd takes the first value that it reads. */
  readonly config?: readonly string[];
  /** Default: a free one. */
  readonly port?: number;
}

export const makeKey = (path: string, ...options: string[]): string => {
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', 'test key', '-f', path, ...options]);
  return readFileSync(path, 'utf8');
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}

/** Runs a real sshd on a loopback port as the current user, with keys and files of its own in a temporary folder. */
export async function startSshd({ hostKeyTypes = ['ed25519'], config = [], port }: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'quaymaster-sshd-'));
  const listenPort = port ?? (await freePort());
  const privateKey = makeKey(join(folder, 'client'), '-t', 'ed25519');
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'client.pub')));
  for (const type of hostKeyTypes) makeKey(join(folder, `host_${type}`), '-t', type);
  // Without it sshd refuses to start as root.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const lines = [
    ...config,
    `ListenAddress 127.0.0.1:${listenPort}`,
    ...hostKeyTypes.map((type) => `HostKey ${join(folder, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'StrictModes no',
    'PidFile none',
    'UsePAM no',
    'PermitRootLogin yes',
    'LogLevel ERROR',
    // Start-up files of whoever runs the tests may be slow or loud.
    `SetEnv HOME=${folder}`,
  ];
  writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  const child = spawn(sshdPath, ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exited = once(child, 'exit');
  const endpoint = { host: '127.0.0.1', port: listenPort };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`sshd did not start: ${errors}`);
    try {
      await probeBanner(endpoint, { signal: AbortSignal.timeout(10_000), timeoutMs: 2000 });
      break;
    } catch (error) {
      if (error instanceof DOMException) throw new Error(`sshd does not answer: ${errors}`, { cause: error });
    }
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return {
    port: listenPort,
    folder,
    target: { ...endpoint, user: userInfo().username, privateKey },
    hostKeys: hostKeyTypes.map((type) => {
      const [name = '', key = ''] = readFileSync(join(folder, `host_${type}.pub`), 'utf8').split(' ');
      return { type: name, key };
    }),
    stop,
    drop: () => {
      const { pid } = child;
      if (pid === undefined) return;
      for (const session of execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).split('\n')) {
        if (session !== '') process.kill(Number(session), 'SIGKILL');
      }
    },
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const trustAnyKey = trustOnFirstUse(() => undefined);
