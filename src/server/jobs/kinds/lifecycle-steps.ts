import type { MachineState, RestingState } from '@/lib/machine';
import { waitFor } from '@/server/clock/wait-for';
import type { OptionalVerb } from '@/server/drivers/driver';
import { AppError, invariant } from '@/server/errors/app-error';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { lookAtMachine } from '@/server/operations/machines/look-at-machine';

import { changeContextOf, driverContextOf } from './driver-context';
import { machineOf, type MachineStep, type MachineStepContext } from './machine-steps';
import { noteBoot, waitForRestart } from './restart-proof';

const minutes = 60_000;

interface Checkpoint {
  /** Set once the driver was asked, so that a retry waits for what comes and does not ask a second time. */
  askedAt: string;
}

/** No shorter than the waits of any driver add up to, so that its own sentence ends a change that hangs; a test holds them to it. */
const powerTimeoutMs: Readonly<Record<OptionalVerb, number>> = {
  start: 60 * minutes,
  restart: 60 * minutes,
  save: 60 * minutes,
  stop: 20 * minutes,
  kill: 20 * minutes,
  pause: 20 * minutes,
};

/** Asks the driver for a change of power. */
export const powerStep = (verb: OptionalVerb, says: string): MachineStep => ({
  name: `${verb}-host`,
  timeoutMs: powerTimeoutMs[verb],
  interruptible: false,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { driver } = machine;
    const act = driver[verb];
    invariant(act, `driver ${driver.label} has no verb ${verb}`);
    if ((ctx.state as Partial<Checkpoint>).askedAt) {
      ctx.log.info('The driver was asked already.');
      return;
    }
    if (verb === 'restart') await noteBoot(ctx, machine);
    await act.call(driver, changeContextOf(ctx, machine), machine.options, machine.driverState);
    const asked: Checkpoint = { askedAt: ctx.clock.now().toISOString() };
    await ctx.checkpoint(asked);
    ctx.log.info(says);
  },
});

export const goneAtProvider = ({ driver, row }: LoadedMachine) =>
  new AppError({ code: 'driver.failed', public: `${driver.label} knows no machine ${row.name} any more.` });

const setState = async (ctx: MachineStepContext, machine: LoadedMachine, state: MachineState): Promise<void> => {
  await ctx.runtime.database.prisma.machine.updateMany({
    where: { id: machine.row.id, teamId: machine.row.teamId, state: { notIn: ['creating', 'removing'] } },
    data: { state, problem: null, changedAt: ctx.clock.now() },
  });
  await ctx.runtime.bus.publish(`team:${machine.row.teamId}`);
};

const waitForEngine = (ctx: MachineStepContext, { row }: LoadedMachine): Promise<void> =>
  waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 1000,
    timeoutMs: 9 * minutes,
    timeout: { code: 'provision.engine-verify-failed', what: 'The return of the host and its engine' },
    onWaiting: (observed) => ctx.log.info(observed),
    poll: async () => {
      try {
        const health = await lookAtMachine(ctx.runtime, { id: row.id, teamId: row.teamId }, ctx.signal);
        if (health.engine.state === 'ok') return { done: true, value: undefined };
        const broken = [health.network, health.ssh, health.tls, health.engine].find((link) => link.reason !== null);
        return { done: false, observed: broken?.reason ?? 'The engine does not answer yet.' };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { done: false, observed: error.public };
      }
    },
  });

/** Waits until the engine answers; of a machine that nobody signs in to nothing more is known than that it is on. */
export const waitUntilBack: MachineStep = {
  name: 'wait-for-engine',
  timeoutMs: 17 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    if (machine.driver.provisioning === 'none') {
      await setState(ctx, machine, 'running');
      ctx.log.info('The machine is on.');
      return;
    }
    // Until it goes down, the old engine answers.
    await waitForRestart(ctx, machine);
    await waitForEngine(ctx, machine);
    ctx.log.info('The engine answers again.');
  },
};

const restingSteps = {
  stopped: { name: 'wait-until-off', what: 'The end of the machine', says: 'The machine is off.' },
  paused: { name: 'wait-until-paused', what: 'The pause of the machine', says: 'The machine stands still in memory.' },
  saved: { name: 'wait-until-saved', what: 'The saving of the machine', says: 'The memory of the machine is on disk.' },
} as const;

/** Waits until the provider says that the machine is at rest in this state. */
export const waitUntil = (wanted: RestingState): MachineStep => ({
  name: restingSteps[wanted].name,
  timeoutMs: 10 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { driver, options, driverState } = machine;
    await waitFor({
      clock: ctx.clock,
      signal: ctx.signal,
      everyMs: 1000,
      timeoutMs: 9 * minutes,
      timeout: { code: 'driver.failed', what: restingSteps[wanted].what },
      onWaiting: (observed) => ctx.log.info(observed),
      poll: async () => {
        const { state } = await driver.observe(driverContextOf(ctx, machine), options, driverState);
        if (state === wanted || (state === 'absent' && wanted === 'stopped')) return { done: true, value: undefined };
        if (state === 'absent') throw goneAtProvider(machine);
        return { done: false, observed: `The provider says: ${state}.` };
      },
    });
    await setState(ctx, machine, wanted);
    ctx.log.info(restingSteps[wanted].says);
  },
});
