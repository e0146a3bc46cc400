import { AppError } from '@/server/errors/app-error';
import { engineEndpointFor } from '@/server/operations/machines/engine-endpoint';
import { loadMachine } from '@/server/operations/machines/load-machine';
import { openManager } from '@/server/operations/swarms/open-manager';
import type { EngineEndpoint } from '@/server/provision/engine-client';
import { listNodes, removeNode, swarmStanding } from '@/server/provision/swarm/swarm-client';
import type { Runtime } from '@/server/runtime';

import { machineOf, type MachineStepContext } from './machine-steps';

export interface Membership {
  readonly swarmId: string;
  readonly nodeId: string;
  readonly isManager: boolean;
}

/** The swarm that the machine is in as the console has noted it, whatever its engine says now; null where it is in none. */
export async function membershipOf(ctx: MachineStepContext): Promise<Membership | null> {
  const { row } = await machineOf(ctx);
  const found = await ctx.runtime.database.prisma.machine.findFirst({
    where: { id: row.id, teamId: row.teamId },
    select: { swarmId: true, swarmNodeId: true, swarmRole: true },
  });
  if (!found?.swarmId || !found.swarmNodeId) return null;
  return { swarmId: found.swarmId, nodeId: found.swarmNodeId, isManager: found.swarmRole === 'manager' };
}

interface Place {
  readonly machine: { readonly id: string; readonly teamId: string };
  readonly membership: Pick<Membership, 'swarmId' | 'isManager'>;
}

/** What an engine may take to say who manages its swarm, before what the console has noted has to do. */
const askMs = 8000;

/** How many other nodes manage the swarm, as the machine's own engine says; null where it does not say. */
async function askOtherManagers(
  runtime: Runtime,
  machine: Place['machine'],
  signal: AbortSignal,
): Promise<number | null> {
  try {
    const endpoint = { ...(await engineEndpointFor(runtime, await loadMachine(runtime, machine))), timeoutMs: askMs };
    const { nodeId } = await swarmStanding(endpoint, signal);
    const nodes = await listNodes(endpoint, signal);
    return nodes.filter(({ id, role }) => role === 'manager' && id !== nodeId).length;
  } catch (error) {
    signal.throwIfAborted();
    // Its engine is down, or manages no swarm (any more), or the swarm has no quorum.
    if (!(error instanceof AppError)) throw error;
    return null;
  }
}

/**
 * Whether the swarm ends without the machine. Its engine knows all managers, those outside of the team too; where it does not
 * answer, no other machine of the team manages the swarm as far as the console has noted.
 */
export async function isLastManager(
  runtime: Runtime,
  { machine, membership: { swarmId, isManager } }: Place,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isManager) return false;
  const asked = await askOtherManagers(runtime, machine, signal);
  if (asked !== null) return asked === 0;
  const { id, teamId } = machine;
  const where = { teamId, swarmId, swarmRole: 'manager', id: { not: id } } as const;
  return (await runtime.database.prisma.machine.count({ where })) === 0;
}

/** The engine of another manager of its swarm; null where it is in none. Throws swarm.refused where no other manager answers. */
export async function findOtherManager(ctx: MachineStepContext): Promise<EngineEndpoint | null> {
  const membership = await membershipOf(ctx);
  if (!membership) return null;
  const { row } = await machineOf(ctx);
  const place = { swarmId: membership.swarmId, teamId: row.teamId, but: row.id };
  return (await openManager(ctx.runtime, place, ctx.signal)).endpoint;
}

/** Has a manager take a node out of the list of the swarm. `isForced`: also one that is not down. */
export async function takeOutOfList(
  ctx: MachineStepContext,
  manager: EngineEndpoint,
  node: { readonly nodeId: string; readonly isForced?: boolean },
): Promise<void> {
  await removeNode(manager, node, ctx.signal);
  ctx.log.info('The others have taken it out of their list.');
}
