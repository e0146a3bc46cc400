import type { ErrorCode } from '@/server/errors/catalogue';

/** What virsh says, and what it means for people. Source: libvirt's and QEMU's messages in the locale C. */
export interface Refusal {
  readonly said: RegExp;
  readonly means:
    | 'absent'
    | Extract<ErrorCode, 'driver.unreachable' | 'driver.failed' | 'hypervisor.unusable' | 'provision.disk-full'>;
  readonly sentence: (where: string, said: string) => string;
}

/** The first that matches counts. */
export const refusals: readonly Refusal[] = [
  {
    said: /virsh: (command )?not found/,
    means: 'hypervisor.unusable',
    sentence: (where) =>
      `${where} has no virsh. Install libvirt there (Debian: libvirt-daemon-system, libvirt-clients, qemu-system-x86, qemu-utils).`,
  },
  {
    said: /authentication (unavailable|failed|cancelled)|access denied by policy|libvirt-sock.*Permission denied/is,
    means: 'hypervisor.unusable',
    sentence: (where) =>
      `libvirt on ${where} does not let this account in. Add it to the group libvirt there, and sign in anew.`,
  },
  {
    said: /failed to connect to the hypervisor|Cannot recv data|End of file while reading data|client socket is closed/i,
    means: 'driver.unreachable',
    sentence: (where, said) =>
      `libvirt on ${where} does not answer: ${said}. Start it there: systemctl start libvirtd.`,
  },
  {
    said: /failed to get domain|Domain not found|no domain with matching/i,
    means: 'absent',
    sentence: () => '',
  },
  {
    said: /No space left on device/i,
    means: 'provision.disk-full',
    sentence: (where) => `The disk of ${where} is full. Make room there, then retry.`,
  },
  {
    said: /cannot set up guest memory|Cannot allocate memory/i,
    means: 'driver.failed',
    sentence: (where) =>
      `${where} has too little memory left for this machine. Stop another one there, or retry with less.`,
  },
  {
    said: /invalid argument: could not find capabilities for .*virttype=kvm|failed to initialize KVM|Could not access KVM|KVM is not available|domain type (is )?'?kvm'? is not/is,
    means: 'hypervisor.unusable',
    sentence: (where, said) =>
      `KVM does not work on ${where} (${said}). Switch virtualisation on in its firmware, or choose emulation.`,
  },
  {
    said: /Network not found|no network with matching name/i,
    means: 'driver.failed',
    sentence: (where) => `The network is not known to libvirt on ${where} any more.`,
  },
  {
    said: /network '[^']*' is not active/i,
    means: 'driver.failed',
    sentence: (where, said) => `${said}. Start it on ${where}: virsh net-start.`,
  },
  {
    said: /Cannot get interface MTU|Unable to (add|open) .*bridge|No such device/i,
    means: 'driver.failed',
    sentence: (where, said) => `The bridge cannot be used on ${where}: ${said}.`,
  },
  {
    said: /Could not set up host forwarding rule/i,
    means: 'driver.failed',
    sentence: (where, said) =>
      `A port of ${where} that should lead to the machine is in use by now (${said}). Stop the machine that has it, or remove this one and choose another port.`,
  },
  {
    said: /(Permission denied|Could not open)/i,
    means: 'driver.failed',
    sentence: (where, said) =>
      `The process of the virtual machine may not open a file on ${where}: ${said}. Every folder above it has to let others pass (chmod o+x), and AppArmor or SELinux has to allow it.`,
  },
];
