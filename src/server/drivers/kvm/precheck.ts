import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';

import { roomFaults } from '../host-room';
import type { HostFacts, NetworkFacts } from './host-facts';
import type { Options } from './options';
import { portFault, type Ports } from './ports';

/** What the hypervisor host has, with the networks of its libvirt. */
export interface Surroundings extends HostFacts {
  readonly networks: readonly NetworkFacts[];
  /** Looked at for user mode only. */
  readonly ports: Ports | null;
}

interface Refused {
  readonly code: ErrorCode;
  readonly field: keyof Options;
  readonly sentence: string;
}

export const networkOf = ({ networkName }: Pick<Options, 'networkName'>) => networkName ?? 'default';

function networkFault(facts: Surroundings, options: Options, where: string): Refused | null {
  const refused = (field: keyof Options, sentence: string): Refused => ({ code: 'input.invalid', field, sentence });
  switch (options.networkKind) {
    case 'network': {
      const name = networkOf(options);
      const network = facts.networks.find((known) => known.name === name);
      const others = facts.networks.filter(({ isActive }) => isActive).map((known) => known.name);
      const advice = others.length > 0 ? `Choose one of: ${others.join(', ')}.` : 'Make one there: virsh net-define.';
      if (!network) return refused('networkName', `libvirt on ${where} has no network "${name}". ${advice}`);
      if (network.isActive) return null;
      return refused(
        'networkName',
        `The network "${name}" is not active on ${where}. Start it there: virsh net-start ${name}; virsh net-autostart ${name}.`,
      );
    }
    case 'bridge': {
      const name = options.networkName ?? '';
      if (facts.bridges.includes(name)) return null;
      const known = facts.bridges.length > 0 ? `It has: ${facts.bridges.join(', ')}.` : 'It has none.';
      return refused('networkName', `${where} has no bridge "${name}". ${known}`);
    }
    case 'user': {
      const sentence = facts.ports && portFault(facts.ports, options.enginePort, where);
      return sentence === null ? null : refused('enginePort', sentence);
    }
  }
}

/** In the order in which they are told: without the first ones the others cannot be known. */
function faults(facts: Surroundings, options: Options, where: string): readonly (Refused | null)[] {
  const { memoryMiB, cpus, diskGiB, acceleration, connection } = options;
  const unusable = (sentence: string): Refused => ({ code: 'hypervisor.unusable', field: 'hypervisorId', sentence });
  const invalid = (field: keyof Options, sentence: string): Refused => ({ code: 'input.invalid', field, sentence });
  const roomRefused = {
    memory: (sentence: string) => invalid('memoryMiB', sentence),
    'disk-start': (sentence: string): Refused => ({ code: 'provision.disk-full', field: 'hypervisorId', sentence }),
    'disk-size': (sentence: string) => invalid('diskGiB', sentence),
  };
  return [
    facts.missing.length > 0
      ? unusable(
          `${where} lacks ${facts.missing.join(', ')}. Install there (Debian): libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils.`,
        )
      : null,
    facts.architecture === 'x86_64'
      ? null
      : unusable(`${where} is a ${facts.architecture} machine. This driver makes machines on x86_64 only.`),
    connection === 'system' && facts.closedFolder !== ''
      ? unusable(
          `The virtual machines of ${where} run as an account of their own, which may not pass through ${facts.closedFolder}. Allow it (chmod o+x ${facts.closedFolder}), register the host with root, or choose the connection "session".`,
        )
      : null,
    acceleration === 'kvm' && !facts.hasKvm
      ? invalid(
          'acceleration',
          `KVM does not work on ${where}. Switch virtualisation on in its firmware (or nested virtualisation, where it is itself a virtual machine), or choose emulation.`,
        )
      : null,
    cpus > facts.cpus ? invalid('cpus', `${where} has ${facts.cpus} CPUs.`) : null,
    ...roomFaults(where, facts, { memoryMiB, diskMiB: diskGiB * 1024 }).map(({ kind, sentence }) =>
      roomRefused[kind](sentence),
    ),
    networkFault(facts, options, where),
  ];
}

/** Refuses what cannot work on this hypervisor host: the first fault is the sentence, and each stands at its field. Pure. */
export function assertFits(facts: Surroundings, options: Options, where: string): void {
  const found = faults(facts, options, where).filter((fault) => fault !== null);
  const [first] = found;
  if (!first) return;
  throw new AppError({
    code: first.code,
    public: first.sentence,
    // The first one at a field counts.
    fieldErrors: Object.fromEntries(found.toReversed().map(({ field, sentence }) => [`options.${field}`, sentence])),
  });
}
