import { z } from 'zod';

import { recordAudit } from '@/server/audit/record-audit';
import type { Prisma } from '@/server/db/generated/client';
import { defineJobKind, type JobKind, type Step, type StepContext } from '@/server/jobs/job-kind';
import { detectSystem } from '@/server/provision/detect-os';
import { engineSettings } from '@/server/provision/engine-settings';
import { engineVersion } from '@/server/provision/engine-source';
import { listContainers, type RunningContainer } from '@/server/provision/engine/list-containers';
import { startEngine } from '@/server/provision/steps/start-engine';
import { verifyEngine } from '@/server/provision/steps/verify-engine';
import { waitForPackages } from '@/server/provision/steps/wait-packages';

import { judgeContainers } from './judge-containers';
import { machineOf, provisionContextOf } from './machine-steps';
import { connect, engineEndpointOf, readFactsStep } from './provision-steps';

const payload = z.strictObject({
  machineId: z.uuid(),
  /** As the package manager writes it, or the beginning of it; null: the newest that is on offer. */
  version: engineVersion.nullable(),
});
type Payload = z.output<typeof payload>;

interface Checkpoint {
  /** What ran before anything was touched. */
  containersBefore: readonly RunningContainer[];
  /** The package's version before, until which a roll-back goes. */
  versionBefore: string;
  versionAfter: string;
}

type UpgradeContext = StepContext<Payload, Checkpoint>;
type UpgradeStep = Step<Payload, Checkpoint>;

const minutes = 60_000;

const packagesOf = async (ctx: UpgradeContext) => {
  const machine = await machineOf(ctx);
  const provision = await provisionContextOf(ctx, machine);
  const { packages } = (await detectSystem(provision)).provisioner;
  const { environment, version: pinned } = engineSettings.parse(machine.row.engineSettings);
  return { machine, provision, packages, environment, pinned };
};

const waitStep: UpgradeStep = {
  name: 'wait-packages',
  timeoutMs: 16 * minutes,
  run: async (ctx) => {
    const { provision, packages } = await packagesOf(ctx);
    await waitForPackages(provision, { probe: packages.lockProbe });
    ctx.log.info('Nobody else works on packages.');
  },
};

const upgradeStep: UpgradeStep = {
  name: 'upgrade-engine',
  timeoutMs: 30 * minutes,
  // Stopped in the middle it would leave packages half-configured.
  interruptible: false,
  run: async (ctx) => {
    const { provision, packages, environment } = await packagesOf(ctx);
    if (!ctx.state.containersBefore) {
      const { installed } = await packages.offeredEngine(provision, { environment, isFresh: false });
      await ctx.checkpoint({ containersBefore: await listContainers(provision), versionBefore: installed });
    }
    const { after } = await packages.changeEngine(provision, { environment, version: ctx.job.payload.version });
    await ctx.checkpoint({ versionAfter: after });
  },
  undo: async (ctx) => {
    const { versionBefore } = ctx.state;
    if (versionBefore === undefined) return;
    const { provision, packages, environment } = await packagesOf(ctx);
    await packages.changeEngine(provision, { environment, version: versionBefore });
    await restart(ctx);
  },
};

const restart = async (ctx: UpgradeContext): Promise<void> => {
  const machine = await machineOf(ctx);
  const { row, target } = machine;
  await startEngine(await provisionContextOf(ctx, machine), { port: target.enginePort, servedBy: row.enforcement });
};

const startStep: UpgradeStep = {
  name: 'start-engine',
  timeoutMs: 4 * minutes,
  interruptible: false,
  run: restart,
};

const verifyStep: UpgradeStep = {
  name: 'verify-engine',
  timeoutMs: 2 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const provision = await provisionContextOf(ctx, machine);
    await verifyEngine(provision, await engineEndpointOf(ctx, machine));
    judgeContainers(ctx.log, ctx.state.containersBefore ?? [], await listContainers(provision));
  },
};

/** Settings that name a version name the new one from now on; otherwise setting up again would take it back. */
const noteStep: UpgradeStep = {
  name: 'note-settings',
  timeoutMs: minutes,
  run: async (ctx) => {
    const { runtime, job, state, clock } = ctx;
    const { row } = await machineOf(ctx);
    const settings = engineSettings.parse(row.engineSettings);
    const { versionBefore, versionAfter } = state;
    await runtime.database.prisma.$transaction(async (tx) => {
      if (settings.version !== undefined && versionAfter !== undefined) {
        const changed = { ...settings, version: versionAfter.replace(/^\d+:/, '') } as Prisma.InputJsonObject;
        await tx.machine.updateMany({
          where: { id: row.id, teamId: row.teamId },
          data: { engineSettings: changed, changedAt: clock.now() },
        });
      }
      await recordAudit(
        tx,
        { userId: job.createdBy.id ?? undefined, name: job.createdBy.name, teamId: job.teamId },
        {
          action: 'machine.engine-upgraded',
          target: { type: 'machine', id: row.id, name: row.name },
          before: { version: versionBefore },
          after: { version: versionAfter },
        },
      );
    });
    await runtime.bus.publish(`team:${job.teamId}`);
    ctx.log.info(`${row.name} has the engine ${versionAfter ?? ''}.`);
  },
};

/**
 * Changes the engine of a machine to another version of the package that it came from: containers that run go on, but in
 * Swarm mode. Rolled back it gets its former version, where that is still on offer.
 */
export const machineUpgrade: JobKind = defineJobKind<Payload, Checkpoint>({
  id: 'machine.upgrade',
  payload,
  steps: () => [
    connect as UpgradeStep,
    waitStep,
    upgradeStep,
    startStep,
    verifyStep,
    readFactsStep as UpgradeStep,
    noteStep,
  ],
});
