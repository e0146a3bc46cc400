import 'server-only';
import type { Transaction } from '@/server/db/database';
import { mayBridge } from '@/server/pki/bridge';

import { machineProgress, memberProgress } from './rotation-progress';
import type { RotationRow } from './rotation-rows';
import type { RotationState } from './rotation-step';

/** States of jobs that have not ended. */
export const activeJobStates = ['queued', 'running', 'waiting', 'cancelling'] as const;

const busyMachines = async (tx: Transaction, { id, teamId }: RotationRow): Promise<ReadonlySet<string>> => {
  const moves = await tx.rotationMove.findMany({
    where: { teamId, rotationId: id, movedAt: null, jobId: { not: null } },
    select: { machineId: true, jobId: true },
  });
  const jobs = await tx.job.findMany({
    where: { teamId, id: { in: moves.flatMap(({ jobId }) => jobId ?? []) }, state: { in: [...activeJobStates] } },
    select: { id: true },
  });
  const active = new Set(jobs.map((job) => job.id));
  return new Set(moves.filter(({ jobId }) => active.has(jobId ?? '')).map(({ machineId }) => machineId));
};

/** Reads where an open rotation stands. */
export async function rotationState(tx: Transaction, rotation: RotationRow, now: Date): Promise<RotationState> {
  const { kind, phase, canaryMachineId, formerAuthority, newAuthority } = rotation;
  const isEngine = kind === 'engine';
  return {
    kind,
    phase,
    canaryMachineId,
    isBridged: mayBridge(formerAuthority.certificatePem) && formerAuthority.notAfter > now,
    machines: isEngine ? await machineProgress(tx, rotation) : [],
    busy: isEngine ? await busyMachines(tx, rotation) : new Set(),
    members: await memberProgress(tx, rotation, now),
    newInUse: await tx.certificate.count({
      where: { authorityId: newAuthority.id, kind: 'client', status: 'active', notAfter: { gt: now } },
    }),
  };
}
