import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';
import { changeNode, listNodes, type NodeChange, removeNode } from '@/server/provision/swarm/swarm-client';

import { inTime } from './in-time';
import { openManager } from './open-manager';

const wait = {
  timeoutMs: 60_000,
  hint: 'It may still do what it was asked for: look at its nodes before you try again.',
};

const findSwarm = async ({ db }: TeamContext, id: string) => {
  const swarm = await db.swarm.findFirst({ where: { id }, select: { id: true, name: true } });
  if (swarm) return swarm;
  throw new AppError({ code: 'swarm.not-found', public: 'This swarm is not there any more.' });
};

/** A manager of the swarm that answers, the node, and all nodes. */
const openNode = async (ctx: TeamContext, input: { swarm: string; nodeId: string }, signal: AbortSignal) => {
  const { endpoint } = await openManager(ctx.runtime, { swarmId: input.swarm, teamId: ctx.actor.teamId }, signal);
  const nodes = await listNodes(endpoint, signal);
  const node = nodes.find(({ id }) => id === input.nodeId);
  if (!node) throw new AppError({ code: 'swarm.not-found', public: 'The swarm has no such node any more.' });
  return { endpoint, node, nodes };
};

/** Changes the role or the availability of a node. Throws swarm.not-found, and swarm.refused with what the manager says. */
export async function changeSwarmNode(ctx: TeamContext, input: NodeChange & { swarm: string }): Promise<void> {
  const { runtime, actor } = ctx;
  const { role, availability } = input;
  const swarm = await findSwarm(ctx, input.swarm);
  const node = await inTime(wait, async (signal) => {
    const opened = await openNode(ctx, input, signal);
    const managers = opened.nodes.filter((one) => one.role === 'manager');
    if (role === 'worker' && opened.node.role === 'manager' && managers.length === 1) {
      throw new AppError({
        code: 'swarm.refused',
        public: `${opened.node.hostName} is the only manager of ${swarm.name}. Promote another node first.`,
      });
    }
    await changeNode(opened.endpoint, input, { signal, clock: runtime.clock });
    return opened.node;
  });
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
  const swarm = await findSwarm(ctx, input.swarm);
  const node = await inTime(wait, async (signal) => {
    const opened = await openNode(ctx, input, signal);
    await removeNode(opened.endpoint, { nodeId: opened.node.id }, signal);
    return opened.node;
  });
  await ctx.db.$transaction((tx) =>
    recordAudit(tx, actor, {
      action: 'swarm.node-removed',
      target: { type: 'swarm', id: swarm.id, name: swarm.name },
      before: { node: node.hostName, role: node.role },
    }),
  );
  await runtime.bus.publish(`team:${actor.teamId}`);
}
