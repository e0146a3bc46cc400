import { consoleActor } from '@/server/audit/actor';
import { recordAudit } from '@/server/audit/record-audit';
import { invariant } from '@/server/errors/app-error';
import { defineJobKind, type JobKind, type Step, type StepContext } from '@/server/jobs/job-kind';
import { restoreHost } from '@/server/provision/steps/restore-host';

import { driverContextOf } from './driver-context';
import { type RemovePayload, removePayload } from './machine-payloads';
import { machineOf, type MachineStep, provisionContextOf } from './machine-steps';
import { connect } from './provision-steps';

const minutes = 60_000;

type RemoveStep = Step<RemovePayload, object>;

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

const removeAtProvider: MachineStep = {
  name: 'remove-at-provider',
  timeoutMs: 15 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    await machine.driver.remove(driverContextOf(ctx, machine), machine.options, machine.driverState);
  },
};

const forget: RemoveStep = {
  name: 'forget-machine',
  timeoutMs: minutes,
  interruptible: false,
  run: async (ctx) => {
    const { teamId, machineId, subject } = ctx.job;
    invariant(machineId, `job ${ctx.job.id} has no machine`);
    const { prisma } = ctx.runtime.database;
    await prisma.$transaction(async (tx) => {
      const machine = await tx.machine.findFirst({
        where: { id: machineId, teamId },
        select: { optionSecretId: true, certificates: { select: { secretId: true } } },
      });
      if (!machine) return;
      const secretIds = [machine.optionSecretId, ...machine.certificates.map((certificate) => certificate.secretId)];
      await tx.secret.deleteMany({ where: { teamId, id: { in: secretIds.filter((id) => id !== null) } } });
      await tx.certificate.deleteMany({ where: { teamId, machineId } });
      await tx.machine.delete({ where: { id: machineId }, select: { id: true } });
      await recordAudit(tx, consoleActor(teamId), {
        action: 'machine.removed',
        target: { type: 'machine', id: machineId, name: subject },
        after: { mode: ctx.job.payload.mode },
      });
    });
    ctx.log.info(`${subject} is removed from the console.`);
  },
};

/** Takes a machine out of the console, and where asked gives its host back as it was. */
export const machineRemove: JobKind = defineJobKind<RemovePayload, object>({
  id: 'machine.remove',
  payload: removePayload,
  steps: ({ mode }) => [...(mode === 'restore' ? [connect, restore] : []), removeAtProvider, forget],
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
