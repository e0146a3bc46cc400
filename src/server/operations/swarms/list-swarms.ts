import 'server-only';
import type { MachineState } from '@/lib/machine';
import type { SwarmNode } from '@/lib/swarm';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';
import { listNodes } from '@/server/provision/swarm/swarm-client';

import { inTime } from './in-time';
import { openManager } from './open-manager';

/** A node, with the machine of the team that it is. */
export interface SwarmNodeView extends SwarmNode {
  readonly machine: { readonly name: string; readonly state: MachineState } | null;
}

export interface SwarmView {
  readonly id: string;
  readonly name: string;
  readonly machines: readonly { readonly name: string; readonly role: 'manager' | 'worker' | null }[];
}

const select = {
  id: true,
  name: true,
  machines: {
    orderBy: { name: 'asc' },
    select: { id: true, name: true, state: true, swarmRole: true, swarmNodeId: true },
  },
} as const;

/** The swarms that machines of the team are in, as the console has them. No engine is asked. */
export async function listSwarms(ctx: TeamContext): Promise<readonly SwarmView[]> {
  const rows = await ctx.db.swarm.findMany({ orderBy: { name: 'asc' }, select });
  return rows.map(({ id, name, machines }) => ({
    id,
    name,
    machines: machines.map((machine) => ({ name: machine.name, role: machine.swarmRole })),
  }));
}

const wait = {
  timeoutMs: 20_000,
  hint: 'Look whether the machines that manage it run, and whether the console reaches their engines.',
};

/** The nodes of a swarm, asked of one of its managers now. Throws swarm.not-found, and swarm.refused where none answers. */
export async function listSwarmNodes(
  ctx: TeamContext,
  input: { swarm: string; signal?: AbortSignal | undefined },
): Promise<readonly SwarmNodeView[]> {
  const { runtime, actor } = ctx;
  const row = await ctx.db.swarm.findFirst({ where: { id: input.swarm }, select });
  if (!row) throw new AppError({ code: 'swarm.not-found', public: 'This swarm is not there any more.' });
  const nodes = await inTime({ ...wait, signal: input.signal }, async (signal) => {
    const { endpoint } = await openManager(runtime, { swarmId: row.id, teamId: actor.teamId }, signal);
    return listNodes(endpoint, signal);
  });
  const byNode = new Map(row.machines.map((machine) => [machine.swarmNodeId, machine]));
  // A role may have been changed by somebody else's docker.
  for (const { id, role } of nodes) {
    const machine = byNode.get(id);
    if (!machine || machine.swarmRole === role) continue;
    await runtime.database.prisma.machine.updateMany({
      where: { id: machine.id, teamId: actor.teamId },
      data: { swarmRole: role },
    });
  }
  return nodes
    .map((node) => {
      const machine = byNode.get(node.id);
      return { ...node, machine: machine ? { name: machine.name, state: machine.state } : null };
    })
    .toSorted((a, b) => (a.machine?.name ?? a.hostName).localeCompare(b.machine?.name ?? b.hostName));
}
