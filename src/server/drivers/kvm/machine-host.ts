import type { DriverContext, ProviderContext } from '../driver';
import { domainUuid, macAddress, type MachineFiles, machineFiles } from './names';
import type { Options } from './options';
import { connectionUri, Virsh } from './virsh';

/** Opens libvirt where the options say. Throws hypervisor.not-found, driver.unreachable. */
export async function openVirsh(
  ctx: ProviderContext,
  { hypervisorId, connection }: Pick<Options, 'hypervisorId' | 'connection'>,
): Promise<Virsh> {
  ctx.signal.throwIfAborted();
  return new Virsh(await ctx.hypervisor(hypervisorId), connectionUri(connection), ctx.signal);
}

/** One machine on its hypervisor host. */
export interface MachineHost {
  readonly virsh: Virsh;
  readonly uuid: string;
  /** Of its only network card. */
  readonly mac: string;
  readonly files: MachineFiles;
}

export async function openMachine(ctx: DriverContext, options: Options): Promise<MachineHost> {
  const virsh = await openVirsh(ctx, options);
  const { team, machine } = ctx;
  return {
    virsh,
    uuid: domainUuid(team.id, machine.id),
    mac: macAddress(team.id, machine.id),
    files: machineFiles(virsh.hypervisor.folder, team.id, machine.id),
  };
}
