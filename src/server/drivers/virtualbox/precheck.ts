import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { DriverContext } from '../driver';
import { diskFree, type Room, roomFaults } from '../host-room';
import { assertAllowed, assertServerUsable, findAdapter, readNetworks } from './adapters';
import { diskOf, hasDisk } from './disk';
import { shareOf } from './make-vm';
import { overlap, parseNetwork } from './network';
import { networkOf, type Options } from './options';
import { folderOf } from './place';
import { openVBox, ownerOf } from './power';
import { call, type VBox } from './vbox';
import { listVms, vmIdOf, vmName } from './vm';

const refused = (field: string, message: string) =>
  new AppError({ code: 'input.invalid', public: message, fieldErrors: { [field]: message } });

const unusable = (message: string) => new AppError({ code: 'hypervisor.unusable', public: message });

/** Fixed addresses came with it; older ones have been without updates since 2020. */
const oldest = [6, 1] as const;

/** `VBoxManage --version` warns of a missing kernel module before it tells the version. */
export function assertVersion(host: string, said: string): string {
  const [, version = '', major = '0', minor = '0'] = /^((\d+)\.(\d+)\.\d+\S*)$/m.exec(said) ?? [];
  if (version === '') {
    throw unusable(`VBoxManage on ${host} does not tell its version. It said: ${said.trim().slice(0, 200)}`);
  }
  if (/vboxdrv kernel module is not loaded|character device \/dev\/vboxdrv does not exist/.test(said)) {
    throw unusable(
      `VirtualBox's kernel module is not loaded on ${host}. Build it for the running kernel: sudo /sbin/vboxconfig`,
    );
  }
  const [wantedMajor, wantedMinor] = oldest;
  if (Number(major) < wantedMajor || (Number(major) === wantedMajor && Number(minor) < wantedMinor)) {
    throw unusable(
      `${host} has VirtualBox ${version}. At least ${oldest.join('.')} is needed; 7 is what is looked after.`,
    );
  }
  return version;
}

interface HostSeen {
  readonly system: string;
  /** Commands that are not there. */
  readonly missing: readonly string[];
  readonly hasVtx: boolean;
  readonly networksConf: string | null;
  /** "192.168.1.10/24" by interface, of those that are up. */
  readonly addresses: readonly (readonly [string, string])[];
  /** In the file system that holds the console's folder. */
  readonly diskFreeMiB: number;
}

/** In Debian and most others. */
const packageOf: Readonly<Record<string, string>> = { flock: 'util-linux', ip: 'iproute2' };

const hostScript = (folder: string) => sh`echo "system $(uname -s)"
for command in flock ip; do command -v "$command" > /dev/null || echo "missing $command"; done
grep -Eqw 'vmx|svm' /proc/cpuinfo 2>/dev/null && echo vtx
ip -o -4 addr show up 2>/dev/null | awk '{ print "address", $2, $4 }'
[ ! -r /etc/vbox/networks.conf ] || { echo conf; sed 's/^/conf /' /etc/vbox/networks.conf; }
printf 'disk-free %s\n' "$(${diskFree(folder)})"
exit 0`;

async function lookAtHost(vbox: VBox): Promise<HostSeen> {
  const lines = (await vbox.shell('look at the hypervisor host', hostScript(vbox.hypervisor.folder))).split('\n');
  const after = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  return {
    system: after('system')[0] ?? '',
    missing: after('missing'),
    hasVtx: lines.includes('vtx'),
    networksConf: lines.includes('conf') ? after('conf').join('\n') : null,
    addresses: after('address').map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? ''] as const),
    diskFreeMiB: Number(after('disk-free')[0] || Number.NaN),
  };
}

const numberAfter = (text: string, label: RegExp): number =>
  Number(new RegExp(`${label.source}:?\\s*(\\d+)`).exec(text)?.[1] ?? Number.NaN);

const cpusMax = 32;

export interface Capacity {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly memoryFreeMiB: number;
}

/** Of `list hostinfo`. */
export const parseCapacity = (hostInfo: string): Capacity => ({
  cpus: numberAfter(hostInfo, /Processor online count/),
  memoryMiB: numberAfter(hostInfo, /Memory size/),
  memoryFreeMiB: numberAfter(hostInfo, /Memory available/),
});

/** How many CPUs the machine gets. */
export async function cpusOf(vbox: VBox, { cpus }: Pick<Options, 'cpus'>): Promise<number> {
  if (cpus !== -1) return cpus;
  const [info = ''] = await vbox.read('look at the hypervisor host', [call('list', 'hostinfo')]);
  return Math.min(parseCapacity(info).cpus || 1, cpusMax);
}

function assertCapacity(host: string, { memoryMiB, cpus }: Options, capacity: Capacity): void {
  if (memoryMiB > capacity.memoryMiB) {
    throw refused('options.memoryMiB', `${host} has ${capacity.memoryMiB} MiB of memory. Choose less for the machine.`);
  }
  if (cpus > capacity.cpus) {
    throw refused('options.cpus', `${host} has ${capacity.cpus} CPUs. Choose at most as many for the machine.`);
  }
}

const roomFields = {
  memory: 'options.memoryMiB',
  'disk-start': 'options.hypervisorId',
  'disk-size': 'options.diskMiB',
} as const;

function assertRoom(host: string, { memoryMiB, diskMiB }: Options, room: Room): void {
  const [fault] = roomFaults(host, room, { memoryMiB, diskMiB });
  if (!fault) return;
  const { kind, sentence } = fault;
  throw new AppError({
    code: kind === 'disk-start' ? 'provision.disk-full' : 'input.invalid',
    public: sentence,
    fieldErrors: { [roomFields[kind]]: sentence },
  });
}

function assertNoClash(host: string, options: Options, { addresses }: HostSeen): void {
  const network = networkOf(options);
  const clash = addresses.find(
    ([name, address]) => !/^(lo|vboxnet\d+)$/.test(name) && overlap(parseNetwork(address), network),
  );
  if (!clash) return;
  throw refused(
    'options.hostOnlyCidr',
    `${host} is in ${clash[1]} with its interface ${clash[0]}, which overlaps ${network.cidr}. Choose another network.`,
  );
}

/** Throws input.invalid at the field where an admin of the hypervisor host has not released the folder. */
export async function assertShared(vbox: VBox, { shareFolder }: Pick<Options, 'shareFolder'>): Promise<void> {
  if (shareFolder === undefined) return;
  const { folder } = shareOf(shareFolder);
  const script = sh`cd ${folder} 2>/dev/null && [ -f .quaymaster-share ] && [ "$(pwd -P)" = ${folder} ] && echo yes || :`;
  if ((await vbox.shell('look at the shared folder', script)).trim() === 'yes') return;
  throw refused(
    'options.shareFolder',
    `${folder} on ${vbox.hypervisor.name} is not released for machines of this console. Whoever looks after that host releases it with: touch ${folder}/.quaymaster-share`,
  );
}

/** Finds every reason to refuse that can be known before anything is made. */
export async function precheck(ctx: DriverContext, options: Options): Promise<void> {
  const vbox = await openVBox(ctx, options);
  const { name: host } = vbox.hypervisor;
  const seen = await lookAtHost(vbox);
  if (seen.system !== 'Linux') throw unusable(`${host} runs ${seen.system}. Machines in VirtualBox need a Linux host.`);
  if (seen.missing.length > 0) {
    const packages = seen.missing
      .map((command) => `${command} (package ${packageOf[command] ?? command})`)
      .join(' and ');
    throw unusable(`${host} lacks ${packages}. Install what is missing there.`);
  }
  const [said = '', info = '', properties = ''] = await vbox.read('look at VirtualBox', [
    call('--version'),
    call('list', 'hostinfo'),
    call('list', 'systemproperties'),
  ]);
  ctx.log.info(`VirtualBox ${assertVersion(host, said)} on ${host}.`);
  if (options.checkVirtualisation && !seen.hasVtx) {
    throw unusable(
      `${host} has no VT-x or AMD-V, which a 64-bit machine in VirtualBox needs. Switch it on in the firmware; where the host is itself virtual, switch nested virtualisation on in its hypervisor.`,
    );
  }
  const capacity = parseCapacity(info);
  const most = numberAfter(properties, /Maximum guest RAM size/);
  assertCapacity(host, options, { ...capacity, memoryMiB: Math.min(capacity.memoryMiB, most || capacity.memoryMiB) });
  const id = vmIdOf(ownerOf(ctx));
  const vms = await listVms(vbox);
  // At another try, what the machine has taken already is not asked for again.
  if (!vms.some((vm) => vm.get('UUID') === id)) {
    const { diskFreeMiB } = seen;
    assertRoom(host, options, { ...capacity, memoryTotalMiB: capacity.memoryMiB, diskFreeMiB });
  }
  assertNoClash(host, options, seen);
  assertAllowed(host, networkOf(options), seen.networksConf);
  const networks = await readNetworks(vbox);
  const adapter = findAdapter(host, networks, networkOf(options))?.name;
  if (adapter !== undefined) assertServerUsable(host, networks, { adapter, wantsDhcp: options.hostOnlyDhcp });
  await assertShared(vbox, options);
  const name = vmName(ctx);
  const taken = vms.find((vm) => vm.get('name') === name && vm.get('UUID') !== id);
  if (taken) throw refused('name', `${host} has a virtual machine "${name}" already. Choose another name.`);
  if (options.importVm !== undefined && !(await hasDisk(vbox, folderOf(vbox.hypervisor, ownerOf(ctx))))) {
    await diskOf(vbox, { name: options.importVm, teamId: ctx.team.id });
  }
}
