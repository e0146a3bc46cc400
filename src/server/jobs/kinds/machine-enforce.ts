import { z } from 'zod';

import { leaseEnd, storeConfirmed } from '@/server/admission/confirm';
import { wantedAdmission } from '@/server/admission/wanted-admission';
import { consoleActor } from '@/server/audit/actor';
import { recordAudit } from '@/server/audit/record-audit';
import type { Enforcement } from '@/server/db/generated/client';
import { defineJobKind, type JobKind, type Step } from '@/server/jobs/job-kind';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { ensureEngineCertificate } from '@/server/operations/pki/engine-certificate';
import { trustOfMachine } from '@/server/operations/pki/trust-of-machine';
import { engineSettings } from '@/server/provision/engine-settings';
import { switchToEngine } from '@/server/provision/steps/switch-to-engine';
import { switchToGate } from '@/server/provision/steps/switch-to-gate';

import { machineOf, type MachineStepContext, provisionContextOf } from './machine-steps';
import { connect, engineEndpointOf } from './provision-steps';

const enforcePayload = z.strictObject({ machineId: z.uuid(), enforcement: z.enum(['gate', 'engine']) });
type EnforcePayload = z.output<typeof enforcePayload>;
type EnforceStep = Step<EnforcePayload, object>;

const minutes = 60_000;

const makeInput = async (ctx: MachineStepContext, machine: LoadedMachine) => {
  const { id: machineId, teamId } = machine.row;
  const certificate = await ensureEngineCertificate(ctx.runtime, machine);
  ctx.mask(certificate.privateKeyPem);
  const { trustPem } = await trustOfMachine(ctx.runtime, { machineId, teamId });
  return {
    port: machine.target.enginePort,
    tls: { trust: trustPem, certificate: certificate.certificatePem, key: certificate.privateKeyPem },
    admission: await wantedAdmission(ctx.runtime, { machineId, teamId }),
    settings: engineSettings.parse(machine.row.engineSettings),
    endpoint: await engineEndpointOf(ctx, machine),
  };
};

const switchTo = async (ctx: MachineStepContext, enforcement: Enforcement): Promise<void> => {
  const machine = await machineOf(ctx);
  const { id: machineId, teamId, name } = machine.row;
  const input = await makeInput(ctx, machine);
  const host = await provisionContextOf(ctx, machine);
  const gate =
    enforcement === 'gate' ? await switchToGate(host, input) : await switchToEngine(host, input).then(() => null);
  const at = ctx.clock.now();
  const { lease, version } = input.admission;
  const leaseUntil = enforcement === 'gate' ? leaseEnd(lease, at) : null;
  await ctx.runtime.database.prisma.$transaction(async (tx) => {
    await tx.machine.updateMany({
      where: { id: machineId, teamId },
      data: {
        enforcement,
        enforcementWanted: null,
        changedAt: at,
        ...(gate && { gate: { haproxyVersion: gate.haproxyVersion } }),
      },
    });
    await storeConfirmed(tx, { machineId, teamId, version, leaseUntil, ended: {} }, at);
    await recordAudit(tx, consoleActor(teamId), {
      action: 'machine.enforced',
      target: { type: 'machine', id: machineId, name },
      after: { enforcement },
    });
  });
  // What changed while the port changed hands.
  await ctx.runtime.admissions.pushNow(machineId);
  await ctx.runtime.bus.publish(`team:${teamId}`);
  ctx.log.info(enforcement === 'gate' ? 'The gate serves the machine.' : 'The engine serves its port itself.');
};

const switchOver: EnforceStep = {
  name: 'switch-enforcement',
  timeoutMs: 50 * minutes,
  interruptible: false,
  run: (ctx) => switchTo(ctx as MachineStepContext, ctx.job.payload.enforcement),
  undo: (ctx) => switchTo(ctx as MachineStepContext, ctx.job.payload.enforcement === 'gate' ? 'engine' : 'gate'),
};

/** Changes what serves the engine's port: a gate in front of it, or the engine itself. Containers go on. */
export const machineEnforce: JobKind = defineJobKind<EnforcePayload, object>({
  id: 'machine.enforce',
  payload: enforcePayload,
  steps: () => [connect as EnforceStep, switchOver],
  onEnded: async ({ runtime, job }) => {
    await runtime.database.prisma.machine.updateMany({
      where: { id: job.payload.machineId, teamId: job.teamId },
      data: { enforcementWanted: null },
    });
  },
  onRetried: async ({ tx, machineId }) => {
    await tx.machine.updateMany({
      where: { id: machineId ?? '', enforcement: 'engine' },
      data: { enforcementWanted: 'gate' },
    });
    await tx.machine.updateMany({
      where: { id: machineId ?? '', enforcement: 'gate' },
      data: { enforcementWanted: 'engine' },
    });
  },
});
