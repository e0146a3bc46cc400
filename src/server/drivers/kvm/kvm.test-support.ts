import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';

import type { ImageSystem } from '@/lib/image';
import { AppError } from '@/server/errors/app-error';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import { localRunner } from '@/server/hypervisors/local-runner';
import type { Dial } from '@/server/ssh/dial';
import { sh, type ShellScript } from '@/server/ssh/shell';

import { kvm } from '.';
import type { DriverFixture, ProviderUnderTest } from '../contract-bench.test-support';
import type { PlacedImage } from '../driver';

const doubles = fileURLToPath(new URL('double', import.meta.url));
const imageGiB = 3;
/** Nobody, by its number. */
const nobody = '65534';

export const hypervisorId = '5f3f8d0e-63a5-4c44-8f0e-5a4d1f4f3b01';
export const imageId = '0c7a7a35-3b1c-4f0e-9d6f-0b6a4a0d7a02';
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHRlc3Q quaymaster';

const roots: string[] = [];

export const removeDoubledHosts = () => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true })));

const namesIn = (folder: string) => readdir(folder).catch(() => []);

/** A hypervisor host of its own: the doubles of virsh and qemu-img, run by the real local runner. */
export class DoubledHost {
  readonly root = mkdtempSync(join(tmpdir(), 'quaymaster-kvm-'));
  readonly folder = join(this.root, 'folder');
  system: ImageSystem = 'debian';
  hasVirsh = true;
  #asAccount = (script: ShellScript): ShellScript => script;
  #doubles = doubles;
  readonly provider: ProviderUnderTest = { things: () => this.#things(), onCall: () => undefined };

  constructor() {
    roots.push(this.root);
    // libvirt's own account has to pass.
    chmodSync(this.root, 0o755);
    for (const folder of ['domains', 'fail', 'folder/images']) mkdirSync(join(this.root, folder), { recursive: true });
    this.put('networks', 'active default\ninactive spare\n');
    this.put('folder/images/image', `virtual-size ${imageGiB * 1024 ** 3}\n`);
  }

  put(path: string, content: string): void {
    writeFileSync(join(this.root, path), content);
  }

  /** From now on its account is not root, so that a file of mode 0 cannot be read. Nothing to do where the tests run so. */
  leaveRoot(): void {
    if (process.getuid?.() !== 0) return;
    // The working copy may lie where nobody else passes.
    this.#doubles = join(this.root, 'double');
    cpSync(doubles, this.#doubles, { recursive: true });
    execFileSync('chown', ['-R', `${nobody}:${nobody}`, this.root]);
    this.#asAccount = ({ shell }) => sh`setpriv --reuid=${nobody} --regid=${nobody} --clear-groups sh -c ${shell}`;
  }

  /** What libvirt was told of the only machine. */
  async domainXml(): Promise<string> {
    const [uuid = ''] = await namesIn(join(this.root, 'domains'));
    return readFile(join(this.root, 'domains', uuid, 'xml'), 'utf8');
  }

  fixture(options: Record<string, unknown> = {}): DriverFixture {
    return {
      driver: kvm(),
      options: { hypervisorId, imageId, memoryMiB: 512, cpus: 1, ...options },
      provider: this.provider,
      world: {
        hypervisor: () => Promise.resolve(this.hypervisor),
        credential: () => Promise.reject(new Error('there is none')),
        sshKey: () => Promise.resolve({ id: 'key-1', publicKey }),
        placeImage: () => Promise.resolve(this.image),
      },
    };
  }

  get image(): PlacedImage {
    const isIso = this.system === 'boot2docker';
    return {
      path: join(this.folder, 'images', 'image'),
      system: this.system,
      format: isIso ? 'iso' : 'qcow2',
      architecture: 'amd64',
      sizeBytes: 1,
    };
  }

  get hypervisor(): Hypervisor {
    const hidden = sh`virsh() { echo 'sh: 1: virsh: not found' >&2; return 127; }`;
    const environment = sh`export QM_DOUBLE=${this.root}; PATH=${this.#doubles}:$PATH; ${this.hasVirsh ? sh`:` : hidden}`;
    return {
      ...localRunner,
      run: async (command, signal) => {
        await this.provider.onCall(`before ${command.name}`);
        const script = this.#asAccount(sh`${environment}
${command.script}`);
        const result = await localRunner.run({ ...command, script }, signal);
        await this.provider.onCall(`after ${command.name}`);
        return result;
      },
      id: hypervisorId,
      name: 'rack-1',
      isLocal: true,
      folder: this.folder,
      dial: this.#dial,
    };
  }

  /** Only a machine that runs has an SSH server: at the address of its own lease, or behind its port in user mode. */
  readonly #dial: Dial = async ({ host, port }) => {
    const isThere = (host === '192.0.2.10' && port === 22) || (host === '127.0.0.1' && port >= 20_000);
    const states = await Promise.all(
      (await namesIn(join(this.root, 'domains'))).map((uuid) =>
        readFile(join(this.root, 'domains', uuid, 'state'), 'utf8'),
      ),
    );
    if (!isThere || !states.includes('running\n')) {
      throw new AppError({ code: 'ssh.timeout', public: `${host} does not answer.` });
    }
    const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
    socket.push('SSH-2.0-OpenSSH_9.2\r\n');
    return socket;
  };

  async #things() {
    const domains = await Promise.all(
      (await namesIn(join(this.root, 'domains')))
        .filter((uuid) => !uuid.includes('.'))
        .map(async (uuid) => ({
          kind: 'domain',
          name: (await readFile(join(this.root, 'domains', uuid, 'name'), 'utf8')).trim(),
          providerId: uuid,
        })),
    );
    const machines = join(this.folder, 'machines');
    const files: { kind: string; name: string; providerId: string }[] = [];
    for (const team of await namesIn(machines)) {
      for (const machine of await namesIn(join(machines, team))) {
        for (const file of await namesIn(join(machines, team, machine))) {
          const kind = { 'disk.qcow2': 'disk', 'seed.iso': 'seed' }[file];
          if (kind) files.push({ kind, name: `${machine}/${kind}`, providerId: join(machines, team, machine, file) });
        }
      }
    }
    return [...domains, ...files];
  }
}
