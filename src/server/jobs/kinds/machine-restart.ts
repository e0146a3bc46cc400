import type { z } from 'zod';

import { waitFor } from '@/server/clock/wait-for';
import { AppError, invariant } from '@/server/errors/app-error';
import { defineJobKind, type JobKind } from '@/server/jobs/job-kind';
import { lookAtMachine } from '@/server/operations/machines/look-at-machine';

import { driverContextOf } from './driver-context';
import { machinePayload } from './machine-payloads';
import { machineOf, type MachineStep } from './machine-steps';

interface Checkpoint {
  /** Set once the restart was asked for, so that a retry waits for it and does not restart the host a second time. */
  askedAt: string;
}

const restart: MachineStep = {
  name: 'restart-host',
  timeoutMs: 5 * 60_000,
  interruptible: false,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { driver } = machine;
    invariant(driver.restart, `driver ${driver.label} cannot restart`);
    if ((ctx.state as Partial<Checkpoint>).askedAt) {
      ctx.log.info('The restart was asked for already.');
      return;
    }
    await driver.restart(driverContextOf(ctx, machine), machine.options, machine.driverState);
    await ctx.checkpoint({ askedAt: ctx.clock.now().toISOString() });
    ctx.log.info('The host restarts.');
  },
};

const waitUntilBack: MachineStep = {
  name: 'wait-for-engine',
  timeoutMs: 10 * 60_000,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const ref = { id: machine.row.id, teamId: machine.row.teamId };
    await waitFor({
      clock: ctx.clock,
      signal: ctx.signal,
      everyMs: 1000,
      timeoutMs: 9 * 60_000,
      timeout: { code: 'provision.engine-verify-failed', what: 'The return of the host and its engine' },
      onWaiting: (observed) => ctx.log.info(observed),
      poll: async () => {
        try {
          const health = await lookAtMachine(ctx.runtime, ref, ctx.signal);
          if (health.engine.state === 'ok') return { done: true, value: undefined };
          const broken = [health.network, health.ssh, health.tls, health.engine].find((link) => link.reason !== null);
          return { done: false, observed: broken?.reason ?? 'The engine does not answer yet.' };
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return { done: false, observed: error.public };
        }
      },
    });
    ctx.log.info('The engine answers again.');
  },
};

/** Restarts the operating system of a machine through its driver, and waits until its engine answers again. */
export const machineRestart: JobKind = defineJobKind<z.output<typeof machinePayload>, Checkpoint>({
  id: 'machine.restart',
  payload: machinePayload,
  steps: () => [restart, waitUntilBack],
});
