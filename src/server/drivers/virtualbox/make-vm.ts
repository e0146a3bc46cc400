import { sh } from '@/server/ssh/shell';

import { diskPath } from './disk';
import type { Options } from './options';
import { type Call, call, type VBox } from './vbox';
import { groupOf, type Owner, vmIdOf, type VmInfo } from './vm';

const controller = 'SATA';
const onOff = (value: boolean) => (value ? 'on' : 'off');

export interface Blueprint {
  readonly owner: Owner;
  readonly name: string;
  /** Below it VirtualBox makes the folder of the group, and in that the machine's. */
  readonly baseFolder: string;
  /** The machine's own: the group's. */
  readonly folder: string;
  /** The boot2docker ISO on the hypervisor host. */
  readonly isoPath: string;
  readonly cpus: number;
  readonly options: Options;
}

/** As docker-machine has them, under the names that VirtualBox 6.1 and 7 both take. */
const fixedHardware = `--firmware bios --bioslogofadein off --bioslogofadeout off --bioslogodisplaytime 0
  --biosbootmenu disabled --ostype Linux26_64 --acpi on --ioapic on --rtcuseutc on --cpuhotplug off --pae on --hpet on
  --hwvirtex on --nestedpaging on --largepages on --vtxvpid on --accelerate3d off --boot1 dvd`.split(/\s+/);

const hardware = ({ cpus, options }: Blueprint): readonly (string | number)[] => [
  ...fixedHardware,
  '--cpus',
  cpus,
  '--memory',
  options.memoryMiB,
];

const natCard = ({ options: { natNicType, hostDnsResolver, dnsProxy } }: Blueprint): readonly string[] =>
  `--nic1 nat --nictype1 ${natNicType} --cableconnected1 on --natdnshostresolver1 ${onOff(hostDnsResolver)} --natdnsproxy1 ${onOff(dnsProxy)}`.split(
    ' ',
  );

/** FOLDER:NAME as it was entered. */
export const shareOf = (text: string): { readonly folder: string; readonly name: string } => {
  const at = text.lastIndexOf(':');
  return { folder: text.slice(0, at), name: text.slice(at + 1) };
};

const shareCalls = (id: string, { shareFolder }: Options, info: VmInfo): readonly Call[] => {
  if (shareFolder === undefined) return [];
  const { folder, name } = shareOf(shareFolder);
  const isThere = [...info].some(([key, value]) => key.startsWith('SharedFolderNameMachineMapping') && value === name);
  const property = (key: string) => call('guestproperty', 'set', id, `/VirtualBox/GuestAdd/SharedFolders/${key}`, '/');
  return [
    property('MountPrefix'),
    property('MountDir'),
    ...(isThere ? [] : [call('sharedfolder', 'add', id, '--name', name, '--hostpath', folder, '--automount')]),
    // Without it nothing in the machine can make a symbolic link there.
    call('setextradata', id, `VBoxInternal2/SharedFoldersEnableSymlinksCreate/${name}`, '1'),
  ];
};

/** Where a medium of a kind is on the controller. */
const ports = { dvddrive: '0', hdd: '1' } as const;

const attach = (id: string, type: keyof typeof ports, medium: string): Call =>
  call(
    'storageattach',
    id,
    ...`--storagectl ${controller} --port ${ports[type]} --device 0 --type ${type} --medium`.split(' '),
    medium,
  );

/** What is missing of the machine, in the order in which it is made. Pure. */
function missingCalls(blueprint: Blueprint, info: VmInfo | null): readonly Call[] {
  const { owner, name, baseFolder, folder, isoPath, options } = blueprint;
  const id = vmIdOf(owner);
  const known: VmInfo = info ?? new Map<string, string>();
  const hasController = [...known].some(
    ([key, value]) => key.startsWith('storagecontrollername') && value === controller,
  );
  const medium = (type: keyof typeof ports) => known.get(`${controller}-${ports[type]}-0`);
  const identity = ['--name', name, '--uuid', id, '--groups', groupOf(owner)];
  return [
    ...(info
      ? []
      : [call('createvm', ...identity, '--basefolder', baseFolder, '--ostype', 'Linux26_64', '--register')]),
    call('modifyvm', id, ...hardware(blueprint)),
    call('modifyvm', id, ...natCard(blueprint)),
    ...(hasController ? [] : [call('storagectl', id, '--name', controller, '--add', 'sata', '--hostiocache', 'on')]),
    ...(medium('dvddrive') === isoPath ? [] : [attach(id, 'dvddrive', isoPath)]),
    ...(medium('hdd') === diskPath(folder) ? [] : [attach(id, 'hdd', diskPath(folder))]),
    ...shareCalls(id, options, known),
  ];
}

/** Makes the virtual machine, or what an earlier try has left out of `info`. It is switched off. */
export async function makeVm(vbox: VBox, blueprint: Blueprint, info: VmInfo | null): Promise<void> {
  const { folder, name } = blueprint;
  await vbox.change({
    name: 'make the virtual machine',
    // Settings of a machine that was not registered in the end would be in the way.
    ...(info === null && { before: sh`rm -rf ${`${folder}/${name}`}` }),
    calls: missingCalls(blueprint, info),
  });
}
