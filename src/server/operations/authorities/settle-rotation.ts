import 'server-only';
import type { Transaction } from '@/server/db/database';
import { retireAuthority } from '@/server/operations/pki/next-generation';
import type { Runtime } from '@/server/runtime';

import { hasMoved, machineProgress } from './rotation-progress';
import { findOpenRotation, lockRotations, type RotationRow } from './rotation-rows';

const setPhase = (tx: Transaction, { id, teamId }: RotationRow, data: { phase?: 'moved'; at: Date; ends?: boolean }) =>
  tx.rotation.updateMany({
    where: { id, teamId },
    data: { changedAt: data.at, ...(data.phase && { phase: data.phase }), ...(data.ends && { finishedAt: data.at }) },
  });

const isRolledBack = async (tx: Transaction, rotation: RotationRow, now: Date): Promise<boolean> => {
  if (rotation.kind === 'engine') return (await machineProgress(tx, rotation)).every(({ hasNew }) => !hasNew);
  const left = await tx.certificate.count({
    where: { authorityId: rotation.newAuthority.id, status: 'active', notAfter: { gt: now } },
  });
  return left === 0;
};

/**
 * Takes the step of a team's rotation that needs nobody's decision: from moving to moved once the last machine has moved, and
 * to its end once nothing of the new CA is left after a roll-back. Whatever may have changed that calls it. Idempotent.
 */
export async function settleRotation(runtime: Runtime, tx: Transaction, teamId: string): Promise<void> {
  await lockRotations(tx, teamId);
  const rotation = await findOpenRotation(tx, teamId);
  if (!rotation) return;
  const at = runtime.clock.now();
  if (rotation.phase === 'moving' && (await machineProgress(tx, rotation)).every(hasMoved)) {
    await setPhase(tx, rotation, { phase: 'moved', at });
  }
  if (rotation.phase === 'rolled_back' && (await isRolledBack(tx, rotation, at))) {
    await retireAuthority(runtime, tx, { teamId, id: rotation.newAuthority.id });
    await setPhase(tx, rotation, { at, ends: true });
  }
}
