import type { PrismaClient } from '@/server/db/generated/client';
import { openManager } from '@/server/operations/swarms/open-manager';
import type { EngineEndpoint } from '@/server/provision/engine-client';
import { removeNode } from '@/server/provision/swarm/swarm-client';

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

/** Whether the swarm ends without the machine: as far as the console has noted no other machine of the team manages it. */
export async function isLastManager(
  db: Pick<PrismaClient, 'machine'>,
  { machine: { id, teamId }, membership: { swarmId, isManager } }: Place,
): Promise<boolean> {
  if (!isManager) return false;
  const others = await db.machine.count({ where: { teamId, swarmId, swarmRole: 'manager', id: { not: id } } });
  return others === 0;
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
