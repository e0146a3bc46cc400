import 'server-only';
import { machineCan } from '@/lib/machine';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import type { Driver } from '@/server/drivers/driver';
import { makesHost } from '@/server/drivers/makes-host';
import { getDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import type { RemovePayload } from '@/server/jobs/kinds/machine-payloads';
import { machineRemove } from '@/server/jobs/kinds/machine-remove';
import { startJob } from '@/server/jobs/start-job';
import type { TeamContext } from '@/server/operations/team-context';
import { assertMay } from '@/server/policies/may';

import { assertIdle } from './assert-idle';
import { assertState, getMachineByName, type MachineIdentity } from './get-machine';

export interface RemoveMachineInput extends Pick<RemovePayload, 'mode' | 'removeEngine' | 'deleteData'> {
  readonly machine: string;
  /** The machine's name once more, as the person typed it. */
  readonly confirm: string;
}

/** A host that the driver has made goes with the machine; one that was there before, or that others look after, is given back. */
const outlivesMachine = (driver: Driver): boolean => driver.provisioning === 'ssh' && !makesHost(driver);

export interface Removal extends Pick<RemovePayload, 'mode' | 'removeEngine' | 'deleteData'> {
  readonly machine: MachineIdentity;
  readonly batch?: { readonly id: string; readonly isHeld: boolean };
}

/** Starts the removal of a machine in this transaction. Throws machine.wrong-state, auth.forbidden. */
export async function startRemoval(ctx: TeamContext, tx: Transaction, removal: Removal): Promise<{ id: string }> {
  const { runtime, actor } = ctx;
  const { machine, mode, removeEngine, deleteData, batch } = removal;
  if (machine.ownerId !== actor.userId) assertMay(actor, 'machine.remove-any');
  assertState(machine, machineCan.remove, 'removed');
  await assertIdle(tx, machine);
  const { swarmId } = await tx.machine.update({
    where: { id: machine.id },
    data: { state: 'removing', changedAt: runtime.clock.now() },
    select: { swarmId: true },
  });
  const job = await startJob(runtime, tx, {
    kind: machineRemove,
    actor,
    machineId: machine.id,
    subject: machine.name,
    payload: {
      machineId: machine.id,
      mode,
      restoresHost: mode === 'restore' && outlivesMachine(getDriver(machine.driver)),
      leavesSwarm: mode === 'restore' && swarmId !== null,
      removeEngine,
      deleteData,
      formerState: machine.state,
    },
    ...(batch && { batch }),
  });
  await recordAudit(tx, actor, {
    action: 'machine.remove-started',
    target: { type: 'machine', id: machine.id, name: machine.name },
    after: { mode, removeEngine, deleteData },
  });
  return job;
}

/**
 * Starts the removal of a machine. Members remove their own machines, admins any. Throws machine.not-found,
 * machine.wrong-state, auth.forbidden, input.invalid (field confirm).
 */
export function removeMachine(ctx: TeamContext, input: RemoveMachineInput): Promise<{ jobId: string }> {
  return ctx.db.$transaction(async (tx) => {
    const machine = await getMachineByName(tx, input.machine);
    if (machine.ownerId !== ctx.actor.userId) assertMay(ctx.actor, 'machine.remove-any');
    if (input.confirm !== machine.name) {
      const sentence = `Type ${machine.name} to confirm.`;
      throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { confirm: sentence } });
    }
    const { mode, removeEngine, deleteData } = input;
    const { id } = await startRemoval(ctx, tx, { machine, mode, removeEngine, deleteData });
    return { jobId: id };
  });
}
