import 'server-only';
import { machineCan } from '@/lib/machine';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { changeAdmission } from '@/server/operations/admission/change-admission';
import type { TeamContext } from '@/server/operations/team-context';

import { assertState, getMachineByName } from './get-machine';

export interface ChangeAccessInput {
  readonly machine: string;
  /** The members who may use the engine from now on; all others may not. */
  readonly membershipIds: readonly string[];
}

/** `changeId` names the receipt; `jobId` the job that makes an engine without a gate follow. */
export interface AccessChanged {
  readonly changeId: string | null;
  readonly jobId: string | null;
}

/**
 * Changes who may use a machine's engine, and makes the host follow. Throws machine.not-found, machine.wrong-state,
 * member.not-found.
 */
export async function changeAccess(ctx: TeamContext, input: ChangeAccessInput): Promise<AccessChanged> {
  const { runtime, actor } = ctx;
  const wanted = [...new Set(input.membershipIds)];
  const { changeId, jobIds } = await changeAdmission(ctx, async (tx) => {
    const machine = await getMachineByName(tx, input.machine);
    assertState(machine, machineCan.changeAccess, 'given other access');
    const members = await tx.membership.findMany({ where: { id: { in: wanted } }, select: { id: true } });
    if (members.length !== wanted.length) {
      throw new AppError({ code: 'member.not-found', public: 'One of the members is not in this team any more.' });
    }
    const before = await tx.admission.findMany({ where: { machineId: machine.id }, select: { membershipId: true } });
    const former = before.map((row) => row.membershipId);
    const withdrawn = former.filter((id) => !wanted.includes(id));
    if (withdrawn.length === 0 && former.length === wanted.length) return { result: null, change: null };
    await tx.admission.deleteMany({ where: { machineId: machine.id, membershipId: { in: withdrawn } } });
    await tx.admission.createMany({
      data: wanted.map((membershipId) => ({
        teamId: actor.teamId,
        machineId: machine.id,
        membershipId,
        wantedAt: runtime.clock.now(),
      })),
      skipDuplicates: true,
    });
    const certificates = await tx.certificate.findMany({
      where: { membershipId: { in: withdrawn }, kind: 'client', status: 'active' },
      select: { fingerprint: true },
    });
    await recordAudit(tx, actor, {
      action: 'machine.access-changed',
      target: { type: 'machine', id: machine.id, name: machine.name },
      before: { membershipIds: [...former].sort() },
      after: { membershipIds: [...wanted].sort() },
    });
    return {
      result: null,
      change: {
        kind: withdrawn.length > 0 ? 'withdraw' : 'grant',
        subject: machine.name,
        fingerprints: certificates.map((row) => row.fingerprint),
        machineIds: [machine.id],
      },
    };
  });
  return { changeId, jobId: jobIds[0] ?? null };
}
