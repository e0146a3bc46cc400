import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { LeasePolicy } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import { changeAdmission } from '@/server/operations/admission/change-admission';
import type { TeamContext } from '@/server/operations/team-context';

import { getMachineByName } from './get-machine';

export interface SetLeaseInput {
  readonly machine: string;
  readonly policy: LeasePolicy;
  /** How long the gate admits without hearing from the console, under the strict policy. */
  readonly seconds: number;
}

/**
 * Changes what a machine's gate does when it does not hear from the console. Throws machine.not-found, and
 * machine.wrong-state where no gate serves it: an engine knows no lease.
 */
export async function setLease(ctx: TeamContext, input: SetLeaseInput): Promise<{ changeId: string | null }> {
  const { changeId } = await changeAdmission(ctx, async (tx) => {
    const machine = await getMachineByName(tx, input.machine);
    const before = await tx.machine.findUniqueOrThrow({
      where: { id: machine.id },
      select: { enforcement: true, leasePolicy: true, leaseSeconds: true },
    });
    if (before.enforcement !== 'gate') {
      throw new AppError({
        code: 'machine.wrong-state',
        public: `${machine.name} has no gate, and an engine by itself knows no lease. Switch its enforcement to gate first.`,
      });
    }
    if (before.leasePolicy === input.policy && before.leaseSeconds === input.seconds) {
      return { result: null, change: null };
    }
    await tx.machine.updateMany({
      where: { id: machine.id },
      data: { leasePolicy: input.policy, leaseSeconds: input.seconds },
    });
    await recordAudit(tx, ctx.actor, {
      action: 'machine.lease-changed',
      target: { type: 'machine', id: machine.id, name: machine.name },
      before: { policy: before.leasePolicy, seconds: before.leaseSeconds },
      after: { policy: input.policy, seconds: input.seconds },
    });
    return { result: null, change: { kind: 'enforce', subject: machine.name, machineIds: [machine.id] } };
  });
  return { changeId };
}
