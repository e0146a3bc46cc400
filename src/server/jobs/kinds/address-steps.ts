import { waitFor } from '@/server/clock/wait-for';
import type { Observation } from '@/server/drivers/driver';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { lookAtMachine } from '@/server/operations/machines/look-at-machine';
import { lacksName } from '@/server/operations/pki/engine-certificate';

import { changeContextOf, driverContextOf } from './driver-context';
import { goneAtProvider } from './lifecycle-steps';
import { renew, type RenewContext, verifyRenewed } from './machine-renew-certificate';
import { machineOf, type MachineStep, type MachineStepContext } from './machine-steps';

const minutes = 60_000;

// Where nobody can tell the machine stays where it was, and the wait for its engine says whether it is there.
const hasSettled = ({ state, address }: Observation): boolean =>
  state === 'unreachable' || (state === 'running' && address !== null);

const observeRunning = (ctx: MachineStepContext, machine: LoadedMachine): Promise<Observation> =>
  waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 1000,
    timeoutMs: 5 * minutes,
    timeout: { code: 'driver.failed', what: 'The address of the machine' },
    onWaiting: (observed) => ctx.log.info(observed),
    poll: async () => {
      const { driver, options, driverState } = machine;
      const seen = await driver.observe(driverContextOf(ctx, machine), options, driverState);
      if (seen.state === 'absent') throw goneAtProvider(machine);
      if (hasSettled(seen)) return { done: true, value: seen };
      const observed = seen.state === 'running' ? 'It has no address yet.' : `The provider says: ${seen.state}.`;
      return { done: false, observed };
    },
  });

/** Asks the provider where the machine is now, and lets the console follow. */
export const findAddress: MachineStep = {
  name: 'find-address',
  timeoutMs: 6 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { learnt } = await observeRunning(ctx, machine);
    if (learnt) await changeContextOf(ctx, machine).checkpoint(learnt);
    const { target, row } = await machineOf(ctx);
    await ctx.runtime.bus.publish(`team:${row.teamId}`);
    ctx.log.info(target.address ? `The machine is at ${target.address}.` : 'The machine has no address.');
  },
};

/** Waits until somebody speaks TLS on the engine's port, whatever its certificate says. */
const waitForTls = (ctx: MachineStepContext, { row }: LoadedMachine): Promise<void> =>
  waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 1000,
    timeoutMs: 8 * minutes,
    timeout: { code: 'provision.engine-verify-failed', what: 'The return of the host and its engine' },
    onWaiting: (observed) => ctx.log.info(observed),
    poll: async () => {
      const health = await lookAtMachine(ctx.runtime, { id: row.id, teamId: row.teamId }, ctx.signal);
      if (health.tls.state !== 'unknown') return { done: true, value: undefined };
      const broken = [health.network, health.ssh, health.engine].find((link) => link.reason !== null);
      return { done: false, observed: broken?.reason ?? 'The engine does not answer yet.' };
    },
  });

interface Checkpoint {
  /** Set before anything is changed, so that a retry goes on although the certificate is issued by then. */
  isRenewing: true;
}

/** Where the engine's certificate lacks the address that the machine has now, the engine gets one that has it. */
export const renewForAddress: MachineStep = {
  name: 'renew-certificate',
  timeoutMs: 18 * minutes,
  interruptible: false,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    if (machine.driver.provisioning === 'none') {
      ctx.log.info('The console has given this engine no certificate.');
      return;
    }
    if (!(ctx.state as Partial<Checkpoint>).isRenewing && !(await lacksName(ctx.runtime, machine))) {
      ctx.log.info('The certificate of the engine fits.');
      return;
    }
    ctx.log.info(`The certificate of the engine does not name ${machine.target.address ?? ''}: it gets another one.`);
    const marked: Checkpoint = { isRenewing: true };
    await ctx.checkpoint(marked);
    await waitForTls(ctx, machine);
    await renew.run(ctx as RenewContext);
    await verifyRenewed.run(ctx as RenewContext);
  },
};
