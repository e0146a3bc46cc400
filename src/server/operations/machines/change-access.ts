import 'server-only';
import { machineCan } from '@/lib/machine';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { machineChangeAccess } from '@/server/jobs/kinds/machine-change-access';
import { startJob } from '@/server/jobs/start-job';
import type { TeamContext } from '@/server/operations/team-context';

import { assertIdle } from './assert-idle';
import { assertState, getMachineByName } from './get-machine';

export interface ChangeAccessInput {
  readonly machine: string;
  /** The members who may use the engine from now on; all others may not. */
  readonly membershipIds: readonly string[];
}

/**
 * Changes who may use a machine's engine, and starts the job that makes the host follow. Throws machine.not-found,
 * machine.wrong-state, member.not-found.
 */
export function changeAccess(ctx: TeamContext, input: ChangeAccessInput): Promise<{ jobId: string }> {
  const { runtime, actor, db } = ctx;
  const wanted = [...new Set(input.membershipIds)];
  return db.$transaction(async (tx) => {
    const machine = await getMachineByName(tx, input.machine);
    assertState(machine, machineCan.changeAccess, 'given other access');
    await assertIdle(tx, machine);
    const members = await tx.membership.findMany({ where: { id: { in: wanted } }, select: { id: true } });
    if (members.length !== wanted.length) {
      throw new AppError({ code: 'member.not-found', public: 'One of the members is not in this team any more.' });
    }
    const before = await tx.admission.findMany({ where: { machineId: machine.id }, select: { membershipId: true } });
    await tx.admission.deleteMany({ where: { machineId: machine.id, membershipId: { notIn: wanted } } });
    await tx.admission.createMany({
      data: wanted.map((membershipId) => ({
        teamId: actor.teamId,
        machineId: machine.id,
        membershipId,
        wantedAt: runtime.clock.now(),
      })),
      skipDuplicates: true,
    });
    const job = await startJob(runtime, tx, {
      kind: machineChangeAccess,
      actor,
      machineId: machine.id,
      subject: machine.name,
      payload: { machineId: machine.id },
    });
    await recordAudit(tx, actor, {
      action: 'machine.access-changed',
      target: { type: 'machine', id: machine.id, name: machine.name },
      before: { membershipIds: before.map((row) => row.membershipId).sort() },
      after: { membershipIds: [...wanted].sort() },
    });
    return { jobId: job.id };
  });
}
