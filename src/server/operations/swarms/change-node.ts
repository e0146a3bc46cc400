import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { deadlineSignal } from '@/server/clock/deadline';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';
import { changeNode, listNodes, type NodeChange, removeNode } from '@/server/provision/swarm/swarm-client';

import { openManager } from './open-manager';

const timeoutMs = 60_000;

const openNode = async (ctx: TeamContext, input: { swarm: string; nodeId: string }) => {
  const { runtime, actor } = ctx;
  const swarm = await ctx.db.swarm.findFirst({ where: { id: input.swarm }, select: { id: true, name: true } });
  if (!swarm) throw new AppError({ code: 'swarm.not-found', public: 'This swarm is not there any more.' });
  const signal = deadlineSignal(timeoutMs);
  const { endpoint } = await openManager(runtime, { swarmId: swarm.id, teamId: actor.teamId }, signal);
  const node = (await listNodes(endpoint, signal)).find(({ id }) => id === input.nodeId);
  if (!node) throw new AppError({ code: 'swarm.not-found', public: 'The swarm has no such node any more.' });
  return { swarm, endpoint, node, signal };
};

/** Changes the role or the availability of a node. Throws swarm.not-found, and swarm.refused with what the manager says. */
export async function changeSwarmNode(ctx: TeamContext, input: NodeChange & { swarm: string }): Promise<void> {
  const { runtime, actor } = ctx;
  const { role, availability } = input;
  const { swarm, endpoint, node, signal } = await openNode(ctx, input);
  const managers = (await listNodes(endpoint, signal)).filter((one) => one.role === 'manager');
  if (role === 'worker' && node.role === 'manager' && managers.length === 1) {
    throw new AppError({
      code: 'swarm.refused',
      public: `${node.hostName} is the only manager of ${swarm.name}. Promote another node first.`,
    });
  }
  await changeNode(endpoint, input, { signal, clock: runtime.clock });
  await ctx.db.$transaction(async (tx) => {
    if (role) {
      await tx.machine.updateMany({ where: { swarmId: swarm.id, swarmNodeId: node.id }, data: { swarmRole: role } });
    }
    await recordAudit(tx, actor, {
      action: 'swarm.node-changed',
      target: { type: 'swarm', id: swarm.id, name: swarm.name },
      before: { node: node.hostName, role: node.role, availability: node.availability },
      after: { node: node.hostName, role: role ?? node.role, availability: availability ?? node.availability },
    });
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
}

/** Takes a node that is down out of the swarm's list. Throws swarm.not-found, and swarm.refused with what the manager says. */
export async function removeSwarmNode(ctx: TeamContext, input: { swarm: string; nodeId: string }): Promise<void> {
  const { runtime, actor } = ctx;
  const { swarm, endpoint, node, signal } = await openNode(ctx, input);
  await removeNode(endpoint, { nodeId: node.id }, signal);
  await ctx.db.$transaction((tx) =>
    recordAudit(tx, actor, {
      action: 'swarm.node-removed',
      target: { type: 'swarm', id: swarm.id, name: swarm.name },
      before: { node: node.hostName, role: node.role },
    }),
  );
  await runtime.bus.publish(`team:${actor.teamId}`);
}
