import 'server-only';
import { machineCan } from '@/lib/machine';
import { recordAudit } from '@/server/audit/record-audit';
import { getDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import { machineRestart } from '@/server/jobs/kinds/machine-restart';
import { startJob } from '@/server/jobs/start-job';
import type { TeamContext } from '@/server/operations/team-context';

import { assertIdle } from './assert-idle';
import { assertState, getMachineByName } from './get-machine';

/** Starts a restart of the machine's operating system. Throws machine.not-found, machine.wrong-state, driver.unsupported. */
export function restartMachine(ctx: TeamContext, input: { machine: string }): Promise<{ jobId: string }> {
  const { runtime, actor, db } = ctx;
  return db.$transaction(async (tx) => {
    const machine = await getMachineByName(tx, input.machine);
    const driver = getDriver(machine.driver);
    if (!driver.restart) {
      throw new AppError({
        code: 'driver.unsupported',
        public: driver.unsupported.restart ?? `The driver ${driver.label} cannot restart machines.`,
      });
    }
    assertState(machine, machineCan.restart, 'restarted');
    await assertIdle(tx, machine);
    const job = await startJob(runtime, tx, {
      kind: machineRestart,
      actor,
      machineId: machine.id,
      subject: machine.name,
      payload: { machineId: machine.id },
    });
    await recordAudit(tx, actor, {
      action: 'machine.restart-started',
      target: { type: 'machine', id: machine.id, name: machine.name },
    });
    return { jobId: job.id };
  });
}
