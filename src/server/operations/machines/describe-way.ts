import 'server-only';
import { findDriver } from '@/server/drivers/registry';
import { widgetOptions } from '@/server/drivers/widget-options';
import type { TeamContext } from '@/server/operations/team-context';

import { loadMachine } from './load-machine';

/** The hypervisor host through which alone a machine is reached. */
export interface MachineWay {
  readonly hypervisor: string;
  /** How people get there; null where it is the console's own machine. */
  readonly ssh: { readonly host: string; readonly port: number; readonly user: string } | null;
}

/** Null where the machine's address is reached as any other is. */
export async function describeWay(
  ctx: TeamContext,
  machine: { readonly id: string; readonly driver: string },
): Promise<MachineWay | null> {
  // Other drivers have no hypervisor host: nothing has to be opened for them.
  const driver = findDriver(machine.driver);
  if (!driver || !widgetOptions(driver).some(({ widget }) => widget === 'hypervisor')) return null;
  const { target } = await loadMachine(ctx.runtime, { id: machine.id, teamId: ctx.actor.teamId });
  if (target.via === undefined) return null;
  const host = await ctx.db.hypervisorHost.findFirst({
    where: { id: target.via },
    select: { name: true, address: true, sshPort: true, sshUser: true },
  });
  if (!host) return null;
  const { name, address, sshPort: port, sshUser: user } = host;
  return { hypervisor: name, ssh: address === null || user === null ? null : { host: address, port, user } };
}
