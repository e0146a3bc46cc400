import type { z } from 'zod';

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
    const ref = { machineId: machine.row.id, teamId: machine.row.teamId };
    const { trustPem, membershipIds } = await trustOfMachine(ctx.runtime, ref);
    ctx.log.info(`${membershipIds.length} members may use the engine from now on.`);
    await changeTrust(await provisionContextOf(ctx, machine), {
      trust: trustPem,
      endpoint: await engineEndpointOf(ctx, machine),
    });
    await ctx.runtime.database.prisma.admission.updateMany({
      where: { ...ref, membershipId: { in: [...membershipIds] } },
      data: { confirmedAt: ctx.clock.now() },
    });
  },
};

/** Makes the host follow the machine's admissions: its trust file is rewritten and the engine restarted, containers stay. */
export const machineChangeAccess: JobKind = defineJobKind<z.output<typeof machinePayload>, object>({
  id: 'machine.change-access',
  payload: machinePayload,
  steps: () => [connect, applyTrust],
});
