import { dirname, join } from 'node:path';

import { type Command, parseArguments } from './grammar.test-support';
import { findVm, syntaxFailure, type VirtualBoxWorld, type Vm } from './world.test-support';

const hostInfo = `Host Information:

Host time: 2026-01-01T00:00:00.000000000Z
Processor online count: 4
Processor count: 4
Processor online core count: 2
Processor core count: 2
Processor supports HW virtualization: yes
Processor supports PAE: yes
Processor supports long mode: yes
Processor supports nested paging: yes
Memory size: 15990 MByte
Memory available: 12021 MByte
Operating system: Linux
Operating system version: 6.1.0
`;

const systemProperties = `API version:                     7_0
Minimum guest RAM size:          4 Megabytes
Maximum guest RAM size:          2097152 Megabytes
Maximum guest CPU count:         64
`;

const adapterBlock = (name: string, [ip, mask, uuid]: readonly [string, string, string]) => `Name:            ${name}
GUID:            ${uuid}
DHCP:            Disabled
IPAddress:       ${ip}
NetworkMask:     ${mask}
IPV6Address:     
IPV6NetworkMaskPrefixLength: 0
HardwareAddress: 0a:00:27:00:00:00
MediumType:      Ethernet
Wireless:        No
Status:          Down
VBoxNetworkName: HostInterfaceNetworking-${name}

`;

const lists: Readonly<Record<string, (world: VirtualBoxWorld) => string>> = {
  hostinfo: () => hostInfo,
  systemproperties: () => systemProperties,
  vms: ({ vms }) => vms.map(({ name, uuid }) => `"${name}" {${uuid}}\n`).join(''),
  hostonlyifs: ({ adapters }) =>
    adapters.map(({ name, ip, mask, uuid }) => adapterBlock(name, [ip, mask, uuid])).join(''),
  dhcpservers: ({ servers }) =>
    servers
      .map(
        ({ network, serverIp, lowerIp, upperIp, mask, isEnabled, fixed }) => `NetworkName:    ${network}
Dhcpd IP:       ${serverIp}
LowerIPAddress: ${lowerIp}
UpperIPAddress: ${upperIp}
NetworkMask:    ${mask}
Enabled:        ${isEnabled ? 'Yes' : 'No'}
Global Configuration:
    minLeaseTime:     default
${Object.entries(fixed)
  .map(([mac, address]) => `Individual Config:  MAC ${mac}\n    Fixed Address:    ${address}\n`)
  .join('')}
`,
      )
      .join(''),
};

const list: Command = (world, args) => {
  const { words } = parseArguments(args, { options: {}, words: { min: 1, max: 1 } });
  const print = lists[words[0] ?? ''];
  if (!print) throw syntaxFailure(`Unknown subcommand: ${words[0] ?? ''}`);
  return print(world);
};

const cards = ({ settings }: Vm): string =>
  ['1', '2']
    .map((slot) => {
      const kind = settings[`nic${slot}`] ?? 'none';
      const adapter = settings[`hostonlyadapter${slot}`];
      const mac = settings[`macaddress${slot}`] ?? `08002700000${slot}`;
      if (kind === 'none') return `nic${slot}="none"\n`;
      return `${adapter === undefined ? '' : `hostonlyadapter${slot}="${adapter}"\n`}macaddress${slot}="${mac}"
cableconnected${slot}="${settings[`cableconnected${slot}`] ?? 'on'}"
nic${slot}="${kind}"
nictype${slot}="${settings[`nictype${slot}`] ?? '82540EM'}"
`;
    })
    .join('');

const numbered = (values: readonly string[], line: (value: string, index: number) => string) =>
  values.map(line).join('');

const showVmInfo: Command = (world, args) => {
  const { words, get } = parseArguments(args, { options: { machinereadable: 'flag' }, words: { min: 1, max: 1 } });
  const vm = findVm(world, words[0] ?? '');
  if (get('machinereadable') === undefined) throw new Error('the double shows machines in machine-readable form only');
  const media = Object.entries(vm.media);
  return `name="${vm.name}"
groups="${vm.groups}"
ostype="Linux 2.6 / 3.x / 4.x / 5.x (64-bit)"
UUID="${vm.uuid}"
CfgFile="${vm.settingsFile}"
SnapFldr="${join(dirname(vm.settingsFile), 'Snapshots')}"
LogFldr="${join(dirname(vm.settingsFile), 'Logs')}"
hardwareuuid="${vm.uuid}"
memory=${vm.settings['memory'] ?? '128'}
cpus=${vm.settings['cpus'] ?? '1'}
VMState="${vm.state}"
VMStateChangeTime="2026-01-01T00:00:00.000000000"
${numbered(vm.controllers, (name, index) => `storagecontrollername${index}="${name}"\n`)}${media.map(([place, path]) => `"${place}"="${path}"\n"${place.replace('-', '-ImageUUID-')}"="${vm.uuid}"\n`).join('')}natnet1="nat"
${cards(vm)}${numbered(Object.values(vm.forwarding), (rule, index) => `Forwarding(${index})="${rule}"\n`)}${numbered(
    Object.entries(vm.shares).map(([name]) => name),
    (name, index) => `SharedFolderNameMachineMapping${index + 1}="${name}"\n`,
  )}videomode="720,400,0"@0,0 1
`;
};

export const listingCommands: Readonly<Record<string, Command>> = { list, showvminfo: showVmInfo };
