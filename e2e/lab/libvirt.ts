import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { labCommand } from './lab-command';

const run = promisify(execFile);
const keeper = fileURLToPath(new URL('libvirt-keeper.sh', import.meta.url));
const readyTimeoutMs = 120_000;

/** Whether a libvirt of its own can be run here, or in a sentence why not. Changes nothing. */
export async function libvirtAvailable(): Promise<{ ok: true } | { ok: false; reason: string }> {
  const answer = (await run('bash', [keeper, 'check'])).stdout.trim();
  return answer === 'ok' ? { ok: true } : { ok: false, reason: answer };
}

/** Makes the disk image of a virtual machine with cloud-init, once: it is kept. Out: its path. */
export async function prepareVmImage(): Promise<string> {
  return (await labCommand(['vm-image', 'bookworm'], { timeoutMs: 15 * 60_000, showProgress: true })).trim();
}

/** libvirt on this machine, with a network of its own and nothing else. Ends with this process at the latest. */
export interface Libvirt {
  /** Of libvirt. */
  readonly network: string;
  /** This machine's, on that network. */
  readonly address: string;
  virsh(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startLibvirt(): Promise<Libvirt> {
  const folder = await mkdtemp(join(tmpdir(), 'quaymaster-libvirt-'));
  const child = spawn('bash', [keeper, 'run', folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`libvirt is not there in time:\n${said}`)), readyTimeoutMs);
    const take = (chunk: Buffer) => {
      said += chunk.toString();
      if (/^ready$/m.test(said)) {
        clearTimeout(timer);
        resolve();
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    void ended.then(() => {
      clearTimeout(timer);
      reject(new Error(`libvirt ended:\n${said}`));
    });
  });
  return {
    network: 'quaymaster',
    address: '10.79.0.1',
    virsh: async (...args) => (await run('virsh', ['-q', '-c', 'qemu:///system', ...args], { timeout: 60_000 })).stdout,
    stop: async () => {
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
