import 'server-only';
import type { AuditActor } from '@/server/audit/actor';
import type { Transaction } from '@/server/db/database';
import { machineRenewCertificate } from '@/server/jobs/kinds/machine-renew-certificate';
import { startJob } from '@/server/jobs/start-job';
import type { Runtime } from '@/server/runtime';

import type { RotationRow } from './rotation-rows';

export interface Moves {
  readonly actor: AuditActor;
  readonly rotation: RotationRow;
  readonly machines: readonly { readonly id: string; readonly name: string }[];
  /** The CA whose certificate they get. */
  readonly authorityId: string;
}

/**
 * Starts one job per machine that gives it a certificate of the other CA. Jobs of a machine run one after the other, and the
 * queue bounds how many run at once. A move that failed before gets a new job.
 */
export async function startMoves(runtime: Runtime, tx: Transaction, moves: Moves): Promise<void> {
  const { actor, rotation, machines, authorityId } = moves;
  const { id: rotationId, teamId } = rotation;
  for (const { id: machineId, name } of machines) {
    const { id: jobId } = await startJob(runtime, tx, {
      kind: machineRenewCertificate,
      actor,
      machineId,
      subject: name,
      payload: { machineId },
    });
    const place = { teamId, rotationId, machineId, authorityId };
    const again = await tx.rotationMove.updateMany({
      where: { ...place, movedAt: null },
      data: { jobId, failure: null },
    });
    if (again.count === 0) await tx.rotationMove.create({ data: { ...place, jobId }, select: { id: true } });
  }
}
