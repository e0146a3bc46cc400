import 'server-only';
import { z } from 'zod';

import { nodeAvailabilities, swarmChoiceSchema, swarmRoles } from '@/lib/swarm';
import { changeSwarmNode, removeSwarmNode } from '@/server/operations/swarms/change-node';
import { enterSwarm, leaveSwarm } from '@/server/operations/swarms/enter-swarm';
import { findSwarms } from '@/server/operations/swarms/find-swarms';
import { listSwarmNodes, listSwarms } from '@/server/operations/swarms/list-swarms';
import { router, teamProcedure } from '@/server/trpc';

const machine = z.string().min(1).max(63);
const node = { swarm: z.uuid(), nodeId: z.string().min(1).max(64) };

/** Docker swarms among the team's machines. Their secrets never leave the server. */
export const swarmsRouter = router({
  list: teamProcedure('swarm.read').query(({ ctx }) => listSwarms(ctx.team)),

  /** Asks a manager of the swarm now. */
  nodes: teamProcedure('swarm.read')
    .input(z.object({ swarm: z.uuid() }))
    .query(({ ctx, input, signal }) => listSwarmNodes(ctx.team, { ...input, signal })),

  /** Asks all engines, for swarms that were made without the console. */
  find: teamProcedure('swarm.manage').mutation(({ ctx }) => findSwarms(ctx.team)),

  enter: teamProcedure('swarm.manage')
    .input(z.object({ machine, swarm: swarmChoiceSchema }))
    .mutation(({ ctx, input }) => enterSwarm(ctx.team, input)),

  leave: teamProcedure('swarm.manage')
    .input(z.object({ machine, confirm: z.string().max(100).optional() }))
    .mutation(({ ctx, input }) => leaveSwarm(ctx.team, input)),

  changeNode: teamProcedure('swarm.manage')
    .input(
      z.object({
        ...node,
        role: z.enum(swarmRoles).optional(),
        availability: z.enum(nodeAvailabilities).optional(),
      }),
    )
    .mutation(({ ctx, input }) => changeSwarmNode(ctx.team, input)),

  removeNode: teamProcedure('swarm.manage')
    .input(z.object(node))
    .mutation(({ ctx, input }) => removeSwarmNode(ctx.team, input)),
});
