import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { AppError } from '@/server/errors/app-error';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import { localRunner } from '@/server/hypervisors/local-runner';
import { dial } from '@/server/ssh/dial';
import { sh } from '@/server/ssh/shell';

import { virtualbox } from '.';
import type { DriverFixture, ProviderUnderTest } from '../contract-bench.test-support';
import type { PlacedImage } from '../driver';
import { isReading, VBoxDouble } from './double/double.test-support';
import type { VirtualBoxWorld, Vm } from './double/world.test-support';

export const hypervisorId = '00000000-0000-4000-8000-00000000aaaa';
export const imageId = '00000000-0000-4000-8000-00000000bbbb';
export const publicKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJX6Yg2W2sQZ0c1Q4t3m2e8n0w1u7v5x9z4k6b2d3f8h quaymaster edge-1';

/** The address that VirtualBox's DHCP server gives to a machine. */
const addressOf = (world: VirtualBoxWorld, vm: Vm): string | undefined => {
  const adapter = vm.settings['hostonlyadapter2'] ?? '';
  const server = world.servers.find(({ network }) => network === `HostInterfaceNetworking-${adapter}`);
  const mac = vm.settings['macaddress2']?.match(/../g)?.join(':') ?? '';
  return server?.fixed[mac] ?? server?.lowerIp;
};

/** What `ip -o link` and `ip -o -4 addr` print in a boot2docker machine. */
const addressText = (
  mac: string,
  address: string | undefined,
) => `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\\    link/ether 08:00:27:00:00:01 brd ff:ff:ff:ff:ff:ff
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\\    link/ether ${mac} brd ff:ff:ff:ff:ff:ff
1: lo    inet 127.0.0.1/8 scope host lo
2: eth0    inet 10.0.2.15/24 brd 10.0.2.255 scope global eth0
${address === undefined ? '' : `3: eth1    inet ${address}/24 brd 192.168.59.255 scope global eth1\n`}`;

/** A hypervisor host that is this computer, with the double in the place of VirtualBox. */
export class VirtualBoxBench {
  readonly double: VBoxDouble;
  readonly hypervisor: Hypervisor;
  readonly provider: ProviderUnderTest;
  image: PlacedImage;
  /** What signing in ends with, instead of an answer. */
  refusal: AppError | undefined;
  options: Record<string, unknown> = { hypervisorId, imageId };

  readonly #folder: string;
  #otherPrograms: string | undefined;

  constructor(folder: string) {
    this.double = new VBoxDouble(folder);
    const home = join(folder, 'host');
    const iso = join(folder, 'boot2docker.iso');
    mkdirSync(home);
    writeFileSync(iso, 'an ISO\n');
    this.image = { path: iso, system: 'boot2docker', format: 'iso', architecture: 'amd64', sizeBytes: 7 };
    this.provider = { things: () => Promise.resolve(this.things()), onCall: () => undefined };
    const path = this.double.bin;
    this.#folder = folder;
    this.setDiskFree(100_000);
    this.hypervisor = {
      ...localRunner,
      run: async (command, signal) => {
        await this.provider.onCall(`before ${command.name}`);
        const result = await localRunner.run(
          {
            ...command,
            script: sh`PATH=${path}:${this.#otherPrograms ?? sh`"$PATH"`}; export PATH\n${command.script}`,
          },
          signal,
        );
        await this.provider.onCall(`after ${command.name}`);
        return result;
      },
      id: hypervisorId,
      name: 'the workshop',
      isLocal: true,
      folder: home,
      dial,
    };
  }

  get fixture(): DriverFixture {
    return {
      driver: virtualbox(),
      options: this.options,
      provider: this.provider,
      host: () => Promise.resolve({ ...localRunner, run: () => this.#guest() }),
      world: {
        hypervisor: () => Promise.resolve(this.hypervisor),
        credential: () => Promise.reject(new Error('VirtualBox has no accounts')),
        placeImage: () => Promise.resolve(this.image),
        sshKey: () => Promise.resolve({ id: 'key-1', publicKey }),
      },
    };
  }

  /** The host has every program but these. */
  hide(...hidden: string[]): void {
    const programs = join(this.#folder, 'programs');
    mkdirSync(programs);
    for (const folder of ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
      for (const name of existsSync(folder) ? readdirSync(folder) : []) {
        const link = join(programs, name);
        if (!hidden.includes(name) && !existsSync(link)) symlinkSync(join(folder, name), link);
      }
    }
    this.#otherPrograms = programs;
  }

  /** What `df -Pk` tells of every folder. */
  setDiskFree(freeMiB: number): void {
    const line = `/dev/vda1 999999999 1 ${freeMiB * 1024} 1% /`;
    writeFileSync(
      join(this.double.bin, 'df'),
      `#!/bin/sh\necho 'Filesystem 1024-blocks Used Available Capacity Mounted on'\necho '${line}'\n`,
      { mode: 0o755 },
    );
  }

  /** The only machine that there is. */
  vm(): Vm {
    const [vm] = this.double.read().vms;
    if (!vm) throw new Error('there is no machine');
    return vm;
  }

  /** Everything on the host, whoever made it. */
  things(): readonly { kind: string; name: string; providerId: string }[] {
    const { vms, adapters, servers } = this.double.read();
    const cidr = (adapter: string) => {
      const { ip = '', mask = '' } = adapters.find(({ name }) => name === adapter) ?? {};
      return mask === '255.255.255.0' ? `${ip}/24` : `${ip} ${mask}`;
    };
    const machines = join(this.hypervisor.folder, 'virtualbox', 'quaymaster', 'team-1');
    const folders = existsSync(machines) ? readdirSync(machines).map((name) => join(machines, name)) : [];
    return [
      ...vms.map(({ name, uuid }) => ({ kind: 'virtual-machine', name, providerId: uuid })),
      ...folders.map((path) => ({ kind: 'folder', name: path, providerId: path })),
      ...adapters.map(({ name }) => ({ kind: 'host-only-adapter', name: cidr(name), providerId: name })),
      ...servers.map(({ network }) => ({
        kind: 'dhcp-server',
        name: cidr(network.replace('HostInterfaceNetworking-', '')),
        providerId: network,
      })),
    ];
  }

  /** The calls that change something, with what differs from machine to machine named; further names by what they stand for. */
  changes(further: Readonly<Record<string, string>> = {}): readonly string[] {
    const names = {
      ...further,
      VM: further['VM'] ?? this.double.read().vms[0]?.uuid ?? '?',
      FOLDER: this.hypervisor.folder,
      ISO: this.image.path,
    };
    return (
      this.double.calls
        .filter((call) => !isReading(call))
        // The same call again is one that waits for the end of a session.
        .filter((call, index, all) => call.join(' ') !== all[index - 1]?.join(' '))
        .map((call) => {
          let text = call.join(' ');
          for (const [name, value] of Object.entries(names)) text = text.replaceAll(value, name);
          return text
            .replaceAll('/virtualbox/quaymaster/team-1/machine-1', '/virtualbox/quaymaster/TEAM/MACHINE')
            .replaceAll('team-1', 'TEAM')
            .replaceAll('machine-1', 'MACHINE')
            .replaceAll(/0800[0-9A-F]{8}/g, 'MAC')
            .replaceAll(/08:00:27(:[0-9A-F]{2}){3}/g, 'MAC')
            .replaceAll(/127\.0\.0\.1,\d+/g, '127.0.0.1,PORT')
            .trimEnd();
        })
    );
  }

  close(): Promise<void> {
    return this.double.close();
  }

  #guest() {
    if (this.refusal) return Promise.reject(this.refusal);
    const world = this.double.read();
    const vm = world.vms.find(({ state }) => state === 'running');
    if (!vm) return Promise.reject(new AppError({ code: 'ssh.port-closed', public: 'Nobody listens on port 22.' }));
    const mac = (vm.settings['macaddress2'] ?? '').toLowerCase().match(/../g)?.join(':') ?? '';
    return Promise.resolve({ exitCode: 0, stdout: addressText(mac, addressOf(world, vm)), stderr: '' });
  }
}
