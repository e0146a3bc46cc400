import type { z } from 'zod';

import { storeConfirmed, storeFailure } from '@/server/admission/confirm';
import { defineJobKind, type JobKind } from '@/server/jobs/job-kind';
import { trustOfMachine } from '@/server/operations/pki/trust-of-machine';
import { changeTrust } from '@/server/provision/steps/change-trust';

import { machinePayload } from './machine-payloads';
import { machineOf, type MachineStep, provisionContextOf } from './machine-steps';
import { connect, engineEndpointOf } from './provision-steps';

const applyTrust: MachineStep = {
  name: 'change-trust',
  timeoutMs: 5 * 60_000,
  interruptible: false,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { id: machineId, teamId, enforcement } = machine.row;
    if (enforcement === 'gate') {
      ctx.log.info('A gate serves the machine by now; it is brought up to date.');
      await ctx.runtime.admissions.pushNow(machineId);
      return;
    }
    // Read before the trust is: what changes in between is confirmed by the job that follows.
    const { wantedVersion } = await ctx.runtime.database.prisma.machine.findUniqueOrThrow({
      where: { id: machineId },
      select: { wantedVersion: true },
    });
    const { trustPem, membershipIds } = await trustOfMachine(ctx.runtime, { machineId, teamId });
    ctx.log.info(`${membershipIds.length} members may use the engine from now on.`);
    await changeTrust(await provisionContextOf(ctx, machine), {
      trust: trustPem,
      endpoint: await engineEndpointOf(ctx, machine),
    });
    const at = ctx.clock.now();
    const confirmed = { machineId, teamId, version: wantedVersion, leaseUntil: null, ended: {} };
    await ctx.runtime.database.prisma.$transaction((tx) => storeConfirmed(tx, confirmed, at));
    await ctx.runtime.bus.publish(`team:${teamId}`);
  },
};

/** Makes the host follow the machine's admissions: its trust file is rewritten and the engine restarted, containers stay. */
export const machineChangeAccess: JobKind = defineJobKind<z.output<typeof machinePayload>, object>({
  id: 'machine.change-access',
  payload: machinePayload,
  steps: () => [connect, applyTrust],
  onEnded: async ({ runtime, job, outcome }) => {
    if (!job.machineId) return;
    const sentence = `The job that changes the access of ${job.subject} was ${outcome === 'failed' ? 'not done: it failed' : 'cancelled'}. Its page says why.`;
    await storeFailure(runtime, { id: job.machineId, teamId: job.teamId }, sentence);
  },
});
