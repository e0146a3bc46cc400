import { AppError } from '@/server/errors/app-error';
import { noteStanding } from '@/server/operations/swarms/note-standing';
import { openManager } from '@/server/operations/swarms/open-manager';
import { changeNode, outsideSwarm, removeNode } from '@/server/provision/swarm/swarm-client';

import { machineOf, type MachineStep, type MachineStepContext } from './machine-steps';
import { leave } from './swarm-steps';

const minutes = 60_000;

interface Membership {
  readonly swarmId: string;
  readonly nodeId: string;
  readonly isManager: boolean;
  readonly isLastManager: boolean;
}

const membershipOf = async (ctx: MachineStepContext): Promise<Membership | null> => {
  const { row } = await machineOf(ctx);
  const { machine } = ctx.runtime.database.prisma;
  const found = await machine.findFirst({
    where: { id: row.id, teamId: row.teamId },
    select: { swarmId: true, swarmNodeId: true, swarmRole: true },
  });
  if (!found?.swarmId || !found.swarmNodeId) return null;
  const { swarmId, swarmNodeId: nodeId } = found;
  const isManager = found.swarmRole === 'manager';
  const others = await machine.count({
    where: { teamId: row.teamId, swarmId, swarmRole: 'manager', id: { not: row.id } },
  });
  return { swarmId, nodeId, isManager, isLastManager: isManager && others === 0 };
};

/** The others go on without a node whose own engine does not answer. */
const expel = async (ctx: MachineStepContext, { swarmId, nodeId, isManager }: Membership): Promise<void> => {
  const { row } = await machineOf(ctx);
  const manager = await openManager(ctx.runtime, { swarmId, teamId: row.teamId, but: row.id }, ctx.signal);
  if (isManager) await changeNode(manager.endpoint, { nodeId, role: 'worker' }, ctx);
  await removeNode(manager.endpoint, { nodeId, isForced: true }, ctx.signal);
  ctx.log.info('The others have taken it out of their list.');
};

/** Says why something did not work that nothing depends on. Out: whether it worked. */
const tolerate = async (ctx: MachineStepContext, what: string, work: () => Promise<void>): Promise<boolean> => {
  try {
    await work();
    return true;
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    ctx.log.info(`${what}: ${error.public}`);
    return false;
  }
};

/**
 * A machine that goes for good leaves its swarm before: by its own engine, or where that is down by another manager. Whoever does
 * not answer does not keep it from going; the log then says what is left in the list of the others.
 */
export const quitSwarm = (isUp: boolean): MachineStep => ({
  name: 'leave-swarm',
  // More than all of its waits together: a deadline here would keep the machine from going.
  timeoutMs: 15 * minutes,
  interruptible: false,
  run: async (ctx) => {
    const membership = await membershipOf(ctx);
    if (!membership) return;
    const { isLastManager } = membership;
    const hasLeft =
      (isUp && (await tolerate(ctx, 'It does not leave its swarm by itself', () => leave(ctx, isLastManager)))) ||
      (!isLastManager && (await tolerate(ctx, 'It stays in the list of its swarm', () => expel(ctx, membership))));
    if (!hasLeft) return;
    const { row } = await machineOf(ctx);
    await noteStanding(ctx.runtime, { machine: row, standing: outsideSwarm });
  },
});
