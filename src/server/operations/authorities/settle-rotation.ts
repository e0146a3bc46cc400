import 'server-only';
import type { Transaction } from '@/server/db/database';
import { retireAuthority } from '@/server/operations/pki/next-generation';
import type { Runtime } from '@/server/runtime';

import { hasMoved, machineProgress } from './rotation-progress';
import { findOpenRotation, lockRotations, type RotationRow } from './rotation-rows';
import { rotationState } from './rotation-state';

const setPhase = (tx: Transaction, { id, teamId }: RotationRow, data: { phase?: 'moved'; at: Date; ends?: boolean }) =>
  tx.rotation.updateMany({
    where: { id, teamId },
    data: { changedAt: data.at, ...(data.phase && { phase: data.phase }), ...(data.ends && { finishedAt: data.at }) },
  });

// Of a client CA an owner decides: its certificates are the members' to replace.
const isRolledBack = async (tx: Transaction, rotation: RotationRow, now: Date): Promise<boolean> => {
  if (rotation.kind !== 'engine' || rotation.phase !== 'rolled_back') return false;
  const { machines, busy } = await rotationState(tx, rotation, now);
  return busy.size === 0 && machines.every(({ hasNew }) => !hasNew);
};

/**
 * Takes the step of a team's rotation that needs nobody's decision: from moving to moved once the last machine has moved, and
 * to its end once no machine is left with the new CA after a roll-back. Whatever may have changed that calls it. Idempotent.
 */
export async function settleRotation(runtime: Runtime, tx: Transaction, teamId: string): Promise<void> {
  await lockRotations(tx, teamId);
  const rotation = await findOpenRotation(tx, teamId);
  if (!rotation) return;
  const at = runtime.clock.now();
  if (rotation.phase === 'moving' && (await machineProgress(tx, rotation)).every(hasMoved)) {
    await setPhase(tx, rotation, { phase: 'moved', at });
  }
  if (await isRolledBack(tx, rotation, at)) {
    await retireAuthority(runtime, tx, { teamId, id: rotation.newAuthority.id });
    await setPhase(tx, rotation, { at, ends: true });
  }
}
