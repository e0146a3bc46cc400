import 'server-only';
import { machineCan } from '@/lib/machine';
import { recordAudit } from '@/server/audit/record-audit';
import type { Enforcement } from '@/server/db/generated/client';
import { getDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import { machineEnforce } from '@/server/jobs/kinds/machine-enforce';
import { startJob } from '@/server/jobs/start-job';
import type { TeamContext } from '@/server/operations/team-context';

import { assertIdle } from './assert-idle';
import { assertState, getMachineByName } from './get-machine';

/**
 * Starts the job that changes what serves a machine's engine port. Throws machine.not-found, machine.wrong-state (another
 * job, not running, already so), driver.unsupported where the console does not sign in to the host.
 */
export function setEnforcement(
  ctx: TeamContext,
  input: { readonly machine: string; readonly enforcement: Enforcement },
): Promise<{ jobId: string }> {
  const { runtime, actor, db } = ctx;
  return db.$transaction(async (tx) => {
    const machine = await getMachineByName(tx, input.machine);
    const driver = getDriver(machine.driver);
    if (driver.provisioning !== 'ssh') {
      throw new AppError({
        code: 'driver.unsupported',
        public: `The console does not sign in to machines of the driver ${driver.label}, so it cannot change what serves them.`,
      });
    }
    if (input.enforcement === 'gate' && driver.noGate !== undefined) {
      throw new AppError({ code: 'driver.unsupported', public: `${machine.name} can have no gate. ${driver.noGate}` });
    }
    assertState(machine, machineCan.enforce, `switched to ${input.enforcement}`);
    await assertIdle(tx, machine);
    const { enforcement } = await tx.machine.findUniqueOrThrow({
      where: { id: machine.id },
      select: { enforcement: true },
    });
    if (enforcement === input.enforcement) {
      throw new AppError({
        code: 'machine.wrong-state',
        public: `The enforcement of ${machine.name} is ${enforcement} already.`,
      });
    }
    await tx.machine.updateMany({ where: { id: machine.id }, data: { enforcementWanted: input.enforcement } });
    const job = await startJob(runtime, tx, {
      kind: machineEnforce,
      actor,
      machineId: machine.id,
      subject: machine.name,
      payload: { machineId: machine.id, enforcement: input.enforcement },
    });
    await recordAudit(tx, actor, {
      action: 'machine.enforcement-changed',
      target: { type: 'machine', id: machine.id, name: machine.name },
      before: { enforcement },
      after: { enforcement: input.enforcement },
    });
    return { jobId: job.id };
  });
}
