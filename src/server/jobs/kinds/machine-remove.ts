import type { MachineState } from '@/lib/machine';
import { consoleActor } from '@/server/audit/actor';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError, invariant } from '@/server/errors/app-error';
import { defineJobKind, type JobKind, type Step, type StepContext } from '@/server/jobs/job-kind';
import { deleteMachine } from '@/server/operations/ledger/delete-machine';
import { restoreHost } from '@/server/provision/steps/restore-host';

import { driverContextOf } from './driver-context';
import { type RemovePayload, removePayload } from './machine-payloads';
import { machineOf, provisionContextOf } from './machine-steps';
import { connect } from './provision-steps';
import { quitSwarm } from './quit-swarm';

const minutes = 60_000;

interface Learnt {
  /** Why the provider could not be asked, in a sentence; null where it has removed everything. */
  readonly unreachable: string | null;
}

type RemoveStep = Step<RemovePayload, Learnt>;
type RemoveContext = StepContext<RemovePayload, Learnt>;

const restore: RemoveStep = {
  name: 'restore-host',
  timeoutMs: 20 * minutes,
  // Half restored is neither what was there before nor what the console knows.
  interruptible: false,
  run: async (ctx) => {
    const machineCtx = ctx as StepContext<unknown, object>;
    const machine = await machineOf(machineCtx);
    const { removeEngine, deleteData } = ctx.job.payload;
    await restoreHost(await provisionContextOf(machineCtx, machine), {
      port: machine.target.enginePort,
      removeEngine,
      deleteData,
    });
  },
};

/** The provider may be away for a moment only: the machine stays until a few tries have failed. */
const tries = 3;
const pauseMs = 5000;

const removeOrSayWhy = async (ctx: RemoveContext, remove: () => Promise<void>): Promise<string | null> => {
  for (let nth = 1; ; nth += 1) {
    try {
      await remove();
      return null;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'driver.unreachable') throw error;
      ctx.log.info(error.public);
      if (nth === tries) return error.public;
      ctx.log.info(`Trying again in ${pauseMs / 1000} s.`);
      await ctx.clock.sleep(pauseMs, ctx.signal);
    }
  }
};

/** No shorter than the waits of any driver's removal add up to; a test holds it to them. */
export const removalTimeoutMs = 45 * minutes;

const removeAtProvider: RemoveStep = {
  name: 'remove-at-provider',
  timeoutMs: removalTimeoutMs,
  run: async (ctx) => {
    const machineCtx = ctx as StepContext<unknown, object>;
    const machine = await machineOf(machineCtx);
    const { driver, options, driverState } = machine;
    const unreachable = await removeOrSayWhy(ctx, () =>
      driver.remove(driverContextOf(machineCtx, machine), options, driverState),
    );
    await ctx.checkpoint({ unreachable });
    if (unreachable === null) return;
    ctx.log.info('The provider cannot be reached: what is there stays on the Resources page, and is tried again.');
  },
};

const takeOut: RemoveStep = {
  name: 'forget-machine',
  timeoutMs: minutes,
  interruptible: false,
  run: async (ctx) => {
    const { teamId, machineId, subject } = ctx.job;
    invariant(machineId, `job ${ctx.job.id} has no machine`);
    await ctx.runtime.database.prisma.$transaction(async (tx) => {
      const after = await deleteMachine(tx, {
        machineId,
        teamId,
        mode: ctx.job.payload.mode,
        unreachable: ctx.state.unreachable ?? null,
        by: ctx.job.createdBy.name,
        now: ctx.clock.now(),
      });
      if (!after) return;
      await recordAudit(tx, consoleActor(teamId), {
        action: 'machine.removed',
        target: { type: 'machine', id: machineId, name: subject },
        after,
      });
    });
    ctx.log.info(`${subject} is removed from the console.`);
  },
};

/** Those whose engine is up, as far as the console knows. */
const upStates: readonly MachineState[] = ['running', 'degraded'];

const stepsOf = ({ mode, restoresHost, leavesSwarm, formerState }: RemovePayload): readonly RemoveStep[] => {
  if (mode === 'forget') return [takeOut];
  const quit = leavesSwarm ? [quitSwarm(upStates.includes(formerState))] : [];
  return [...quit, ...(restoresHost ? [connect, restore] : []), removeAtProvider, takeOut];
};

/**
 * Takes a machine out of the console: gives its host back as it was, or removes at the provider what the driver has made.
 * Where the provider cannot be reached a tombstone stays, and is tried again (`tombstone.remove`).
 */
export const machineRemove: JobKind = defineJobKind<RemovePayload, Learnt>({
  id: 'machine.remove',
  payload: removePayload,
  steps: stepsOf,
  onEnded: async ({ runtime, job }) => {
    await runtime.database.prisma.machine.updateMany({
      where: { id: job.machineId ?? '', state: 'removing' },
      data: { state: job.payload.formerState, changedAt: runtime.clock.now() },
    });
  },
  onRetried: async ({ tx, machineId }) => {
    await tx.machine.updateMany({ where: { id: machineId ?? '' }, data: { state: 'removing' } });
  },
});
