import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { type AdmissionChange, changeAdmission } from '@/server/operations/admission/change-admission';
import type { TeamContext } from '@/server/operations/team-context';

import { retireClientAuthority } from './retire-client-authority';
import { getOpenRotation, lockRotations, rotationName, type RotationRow } from './rotation-rows';
import { rotationState } from './rotation-state';
import { settleRotation } from './settle-rotation';
import { startMoves } from './start-moves';

// Nothing of the new CA is in use: it ends here. Engines that were told of it are told again.
const endClients = async (
  ctx: TeamContext,
  tx: Transaction,
  rotation: RotationRow,
): Promise<AdmissionChange | null> => {
  const { id, teamId, membershipId, newAuthority } = rotation;
  const at = ctx.runtime.clock.now();
  await tx.rotation.updateMany({ where: { id }, data: { finishedAt: at } });
  const { machineIds } = await retireClientAuthority(ctx.runtime, tx, { id: newAuthority.id, teamId, membershipId });
  return machineIds.length === 0
    ? null
    : { kind: 'revoke', subject: rotationName(rotation), reason: 'superseded', machineIds };
};

const rollBack = async (ctx: TeamContext, tx: Transaction, rotation: RotationRow): Promise<AdmissionChange | null> => {
  const { runtime, actor } = ctx;
  if (rotation.phase === 'rolled_back') {
    throw new AppError({ code: 'rotation.wrong-phase', public: 'This rotation is being rolled back already.' });
  }
  const at = runtime.clock.now();
  const state = await rotationState(tx, rotation, at);
  await tx.rotation.updateMany({ where: { id: rotation.id }, data: { phase: 'rolled_back', changedAt: at } });
  await recordAudit(tx, actor, {
    action: 'rotation.rolled-back',
    target: { type: 'rotation', id: rotation.id, name: rotationName(rotation) },
    before: { phase: rotation.phase },
  });
  if (rotation.kind === 'client') return state.newInUse === 0 ? endClients(ctx, tx, rotation) : null;
  const machines = state.machines.filter(({ id, hasNew }) => hasNew || state.busy.has(id));
  await startMoves(runtime, tx, { actor, rotation, machines, authorityId: rotation.formerAuthority.id });
  await settleRotation(runtime, tx, actor.teamId);
  return null;
};

/**
 * Takes a rotation back, in any phase before its last. The former CA signs again at once. Machines that have moved get a
 * certificate of the former CA, one job each; members with certificates of the new client CA keep them until they have new
 * ones. Once nothing of the new CA is left, it is retired. Throws rotation.not-found, rotation.wrong-phase.
 */
export async function rollBackRotation(
  ctx: TeamContext,
  { rotationId }: { readonly rotationId: string },
): Promise<{ changeId: string | null }> {
  const { actor, runtime } = ctx;
  const { changeId } = await changeAdmission(ctx, async (tx) => {
    await lockRotations(tx, actor.teamId);
    const rotation = await getOpenRotation(tx, { id: rotationId, teamId: actor.teamId });
    return { result: null, change: await rollBack(ctx, tx, rotation) };
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
  return { changeId };
}
