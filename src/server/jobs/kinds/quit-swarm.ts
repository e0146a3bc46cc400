import { AppError } from '@/server/errors/app-error';
import { noteStanding } from '@/server/operations/swarms/note-standing';
import { changeNode, outsideSwarm } from '@/server/provision/swarm/swarm-client';

import { machineOf, type MachineStep, type MachineStepContext } from './machine-steps';
import { findOtherManager, isLastManager, type Membership, membershipOf, takeOutOfList } from './swarm-membership';
import { leave } from './swarm-steps';

const minutes = 60_000;

/** The others go on without a node whose own engine does not answer. */
const expel = async (ctx: MachineStepContext, { nodeId, isManager }: Membership): Promise<void> => {
  const manager = await findOtherManager(ctx);
  if (!manager) return;
  if (isManager) await changeNode(manager, { nodeId, role: 'worker' }, ctx);
  await takeOutOfList(ctx, manager, { nodeId, isForced: true });
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
    const { row } = await machineOf(ctx);
    const isLast = await isLastManager(ctx.runtime, { machine: row, membership }, ctx.signal);
    const hasLeft =
      (isUp && (await tolerate(ctx, 'It does not leave its swarm by itself', () => leave(ctx, isLast)))) ||
      (!isLast && (await tolerate(ctx, 'It stays in the list of its swarm', () => expel(ctx, membership))));
    if (!hasLeft) return;
    await noteStanding(ctx.runtime, { machine: row, standing: outsideSwarm });
  },
});
