import { z } from 'zod';

import type { Prisma } from '@/server/db/generated/client';
import { defineJobKind, type JobKind, type Step } from '@/server/jobs/job-kind';
import { labelsOf } from '@/server/operations/machines/labels-of';
import { type EngineSettings, engineSettings } from '@/server/provision/engine-settings';
import { configureEngine } from '@/server/provision/steps/configure-engine';
import { startEngine } from '@/server/provision/steps/start-engine';
import { verifyEngine } from '@/server/provision/steps/verify-engine';

import { machineOf, type MachineStepContext, provisionContextOf } from './machine-steps';
import { connect, engineEndpointOf } from './provision-steps';

const payload = z.strictObject({ machineId: z.uuid(), settings: engineSettings });
type Payload = z.output<typeof payload>;
type SettingsStep = Step<Payload, object>;

const minutes = 60_000;

const configure = async (ctx: MachineStepContext, settings: EngineSettings): Promise<void> => {
  const { row, target } = await machineOf(ctx);
  const host = await provisionContextOf(ctx, await machineOf(ctx));
  await configureEngine(host, { settings, port: target.enginePort, isGated: row.enforcement === 'gate' });
};

const restart = async (ctx: MachineStepContext): Promise<void> => {
  const machine = await machineOf(ctx);
  const { row, target } = machine;
  await startEngine(await provisionContextOf(ctx, machine), { port: target.enginePort, servedBy: row.enforcement });
};

const configureStep: SettingsStep = {
  name: 'configure-engine',
  timeoutMs: 2 * minutes,
  run: (ctx) => configure(ctx as MachineStepContext, ctx.job.payload.settings),
  // The machine keeps its former settings until the last step.
  undo: async (step) => {
    const ctx = step as MachineStepContext;
    const { row } = await machineOf(ctx);
    await configure(ctx, engineSettings.parse(row.engineSettings));
    await restart(ctx);
  },
};

const startStep: SettingsStep = {
  name: 'start-engine',
  timeoutMs: 4 * minutes,
  // Stopped in the middle it would leave the engine down.
  interruptible: false,
  run: (ctx) => restart(ctx as MachineStepContext),
};

const verifyStep: SettingsStep = {
  name: 'verify-engine',
  timeoutMs: minutes,
  run: async (step) => {
    const ctx = step as MachineStepContext;
    const machine = await machineOf(ctx);
    await verifyEngine(await provisionContextOf(ctx, machine), await engineEndpointOf(ctx, machine));
  },
};

const noteStep: SettingsStep = {
  name: 'note-settings',
  timeoutMs: minutes,
  run: async ({ runtime, job, clock, log }) => {
    const { machineId, settings } = job.payload;
    await runtime.database.prisma.machine.updateMany({
      where: { id: machineId, teamId: job.teamId },
      data: {
        engineSettings: settings as Prisma.InputJsonObject,
        labels: labelsOf(settings.labels),
        // The monitor gives the engine another certificate where it lacks one of them.
        extraSans: settings.extraSans,
        changedAt: clock.now(),
      },
    });
    await runtime.bus.publish(`team:${job.teamId}`);
    log.info(`${job.subject} has its new settings.`);
  },
};

/** Gives a machine's engine other settings. It restarts only where they differ; containers go on. */
export const machineApplySettings: JobKind = defineJobKind<Payload, object>({
  id: 'machine.apply-settings',
  payload,
  steps: () => [connect as SettingsStep, configureStep, startStep, verifyStep, noteStep],
});
