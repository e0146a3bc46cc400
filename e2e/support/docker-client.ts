import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Api } from './api';

const run = promisify(execFile);

/** What a command answered; it does not throw, since most of these are meant to be refused. */
export interface Answer {
  readonly ok: boolean;
  readonly text: string;
}

/** A docker command that is still open. */
export interface OpenCommand {
  /** Everything that it has printed so far. */
  output(): string;
  readonly isOpen: boolean;
  /** Resolves with the milliseconds since 1970 at which it ended. */
  readonly ended: Promise<number>;
  end(): void;
}

/** A member's docker client: a folder with a certificate of theirs, as they would keep it. */
export class DockerClient {
  readonly folder: string;
  readonly certificateId: string;

  private constructor(folder: string, certificateId: string) {
    this.folder = folder;
    this.certificateId = certificateId;
  }

  /** Makes a key with openssl and has the console sign it for the member whose API this is. */
  static async issue(api: Api, { team, device }: { team: string; device: string }): Promise<DockerClient> {
    const folder = await mkdtemp(join(tmpdir(), 'quaymaster-client-'));
    const at = (name: string) => join(folder, name);
    const request = ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=client'];
    await run('openssl', [...request, '-keyout', at('key.pem'), '-out', at('request.pem')]);
    const csrPem = await readFile(at('request.pem'), 'utf8');
    const issued = await api.certificates.issue.mutate({ team, deviceName: device, csrPem, origin: 'file' });
    await writeFile(at('cert.pem'), issued.certificatePem);
    await writeFile(at('ca.pem'), issued.caPem);
    return new DockerClient(folder, issued.certificateId);
  }

  async run(address: string, ...args: string[]): Promise<Answer> {
    try {
      const { stdout, stderr } = await run('docker', this.#argsFor(address, args), {
        env: this.#env(),
        timeout: 20_000,
      });
      return { ok: true, text: stdout + stderr };
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      return { ok: false, text: stdout + stderr };
    }
  }

  /** Begins a command that stays open; with `terminal` it has one, as `docker exec -it` wants. */
  open(address: string, args: readonly string[], { terminal = false } = {}): OpenCommand {
    const words = this.#argsFor(address, args);
    const child: ChildProcess = terminal
      ? spawn('script', ['-qefc', ['docker', ...words].map(quoted).join(' '), '/dev/null'], { env: this.#env() })
      : spawn('docker', words, { env: this.#env() });
    let text = '';
    let isOpen = true;
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = new Promise<number>((resolve) => {
      child.once('exit', () => {
        isOpen = false;
        resolve(Date.now());
      });
    });
    return {
      output: () => text,
      get isOpen() {
        return isOpen;
      },
      ended,
      end: () => child.kill('SIGKILL'),
    };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #argsFor(address: string, args: readonly string[]): string[] {
    return ['--tlsverify', '-H', `tcp://${address}:2376`, ...args];
  }

  #env() {
    return { ...process.env, DOCKER_CERT_PATH: this.folder, DOCKER_API_VERSION: '1.41' };
  }
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
