import { domainUuid, macAddress, type MachineFiles } from './names';
import type { Options } from './options';

/** How the machine hangs on the hypervisor host's network. */
export type Wire =
  | { readonly kind: 'network'; readonly network: string }
  | { readonly kind: 'bridge'; readonly bridge: string }
  | { readonly kind: 'user'; readonly sshPort: number; readonly enginePort: number };

export interface DomainPlan {
  readonly name: string;
  readonly teamId: string;
  readonly machineId: string;
  readonly hardware: Pick<Options, 'memoryMiB' | 'cpus' | 'cpuMode' | 'firmware'>;
  /** Whether KVM runs it; else it is emulated. */
  readonly isAccelerated: boolean;
  readonly wire: Wire;
  readonly files: Pick<MachineFiles, 'disk' | 'console'>;
  /** The seed as a second disk, or an ISO to boot from. */
  readonly second: { readonly kind: 'seed' | 'dvd'; readonly path: string };
}

/** Marks what is the console's; read back by the inventory. */
export const metadataUri = 'https://quaymaster.example/libvirt/1';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const escape = (value: string | number) => String(value).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

/** XML in which every value that is put in is escaped. Nested pieces stay as they are. */
interface Xml {
  readonly xml: string;
}

function xml(parts: TemplateStringsArray, ...values: readonly (string | number | Xml)[]): Xml {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += typeof value === 'object' ? value.xml : escape(value);
    text += parts[index + 1] ?? '';
  });
  return { xml: text };
}

const cpu = ({ hardware: { cpuMode }, isAccelerated }: DomainPlan): Xml => {
  const mode = cpuMode === 'auto' ? (isAccelerated ? 'host-passthrough' : 'maximum') : cpuMode;
  return xml`<cpu mode='${mode}'/>`;
};

const nothing: Xml = { xml: '' };

/** Not in a CD drive: kernels made for clouds (Debian's) have no driver for one. cloud-init looks at every block device. */
function secondDisk({ second: { kind, path } }: DomainPlan): Xml {
  if (kind === 'seed') {
    return xml`<disk type='file' device='disk'>
      <driver name='qemu' type='raw'/><source file='${path}'/><target dev='vdb' bus='virtio'/><readonly/>
    </disk>`;
  }
  return xml`<disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/><source file='${path}'/><target dev='sda' bus='sata'/><readonly/><boot order='1'/>
    </disk>`;
}

function networkInterface({ wire, teamId, machineId }: DomainPlan): Xml {
  const mac = macAddress(teamId, machineId);
  switch (wire.kind) {
    case 'network':
      return xml`<interface type='network'><source network='${wire.network}'/><mac address='${mac}'/><model type='virtio'/></interface>`;
    case 'bridge':
      return xml`<interface type='bridge'><source bridge='${wire.bridge}'/><mac address='${mac}'/><model type='virtio'/></interface>`;
    case 'user':
      return nothing;
  }
}

/** libvirt itself forwards ports in user mode only with passt, which is not everywhere: QEMU's own way is. */
function userNetwork({ wire, teamId, machineId }: DomainPlan): Xml {
  if (wire.kind !== 'user') return nothing;
  const forwards = [
    `hostfwd=tcp:127.0.0.1:${wire.sshPort}-:22`,
    `hostfwd=tcp:127.0.0.1:${wire.enginePort}-:${wire.enginePort}`,
  ];
  const device = `virtio-net-pci,netdev=qmnet,mac=${macAddress(teamId, machineId)},bus=pcie.0,addr=0x10`;
  return xml`
  <qemu:commandline>
    <qemu:arg value='-netdev'/>
    <qemu:arg value='${['user', 'id=qmnet', ...forwards].join(',')}'/>
    <qemu:arg value='-device'/>
    <qemu:arg value='${device}'/>
  </qemu:commandline>`;
}

/**
 * What libvirt is asked to make. Pure. The same machine gives the same UUID and MAC address each time, so that defining it again
 * changes it and makes no second one. Source: libvirt.org/formatdomain.html.
 */
export function domainXml(plan: DomainPlan): string {
  const { name, teamId, machineId, hardware, isAccelerated, files, second } = plan;
  return xml`<domain type='${isAccelerated ? 'kvm' : 'qemu'}' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>${name}</name>
  <uuid>${domainUuid(teamId, machineId)}</uuid>
  <title>Quaymaster</title>
  <metadata><quaymaster:machine xmlns:quaymaster='${metadataUri}' team='${teamId}' id='${machineId}'/></metadata>
  <memory unit='MiB'>${hardware.memoryMiB}</memory>
  <vcpu>${hardware.cpus}</vcpu>
  <os${hardware.firmware === 'uefi' ? xml` firmware='efi'` : nothing}><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/><apic/></features>
  ${cpu(plan)}
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/><source file='${files.disk}'/><target dev='vda' bus='virtio'/>
      <boot order='${second.kind === 'dvd' ? 2 : 1}'/>
    </disk>
    ${secondDisk(plan)}
    ${networkInterface(plan)}
    <serial type='file'><source path='${files.console}' append='on'/><target port='0'/></serial>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <video><model type='none'/></video>
    <memballoon model='virtio'/>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>${userNetwork(plan)}
</domain>
`.xml;
}
