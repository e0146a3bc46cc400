import { AppError } from '@/server/errors/app-error';

import type { ChangeContext, PlacedImage } from '../driver';
import { domainXml, type Wire } from './domain-xml';
import type { HostFacts } from './host-facts';
import type { MachineHost } from './machine-host';
import { domainName } from './names';
import type { Options, State } from './options';
import { networkOf } from './precheck';

export function wireOf(options: Options, sshPort: number): Wire {
  switch (options.networkKind) {
    case 'network':
      return { kind: 'network', network: networkOf(options) };
    case 'bridge':
      return { kind: 'bridge', bridge: options.networkName ?? '' };
    case 'user':
      return { kind: 'user', sshPort, enginePort: options.enginePort };
  }
}

/** Throws input.invalid at the field where only KVM is wanted and is not there. */
export function isAccelerated({ acceleration }: Options, { hasKvm }: HostFacts): boolean {
  if (acceleration === 'kvm' && !hasKvm) {
    const sentence = 'KVM does not work on the hypervisor host. Choose emulation.';
    throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { 'options.acceleration': sentence } });
  }
  return acceleration !== 'emulated' && hasKvm;
}

export interface DomainWanted {
  readonly options: Options;
  readonly image: Pick<PlacedImage, 'format' | 'path'>;
  readonly isAccelerated: boolean;
  readonly sshPort: number;
}

/** Tells libvirt what the machine is; a second call changes nothing, or what differs. The entry is in the ledger before. */
export async function defineDomain(ctx: ChangeContext<State>, host: MachineHost, wanted: DomainWanted): Promise<void> {
  const { options, image, sshPort } = wanted;
  const name = domainName(ctx);
  const entry = await ctx.ledger.intend({ kind: 'domain', name });
  await host.virsh.must({
    name: 'define the virtual machine',
    args: ['define', '/dev/stdin'],
    stdin: domainXml({
      name,
      teamId: ctx.team.id,
      machineId: ctx.machine.id,
      hardware: options,
      isAccelerated: wanted.isAccelerated,
      wire: wireOf(options, sshPort),
      files: host.files,
      second: image.format === 'iso' ? { kind: 'dvd', path: image.path } : { kind: 'seed', path: host.files.seed },
    }),
  });
  await ctx.ledger.created(entry.id, host.uuid);
  await host.virsh.must({
    name: 'set whether it starts with its host',
    args: ['autostart', host.uuid, ...(options.autostart ? [] : ['--disable'])],
  });
  ctx.log.info(`libvirt knows the machine as ${name}.`);
}
