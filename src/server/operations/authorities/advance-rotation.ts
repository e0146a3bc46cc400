import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import { type AdmissionChange, changeAdmission } from '@/server/operations/admission/change-admission';
import { getMachineByName } from '@/server/operations/machines/get-machine';
import { retireAuthority } from '@/server/operations/pki/next-generation';
import type { TeamContext } from '@/server/operations/team-context';
import type { Runtime } from '@/server/runtime';

import { retireClientAuthority } from './retire-client-authority';
import { hasMoved, type MachineProgress } from './rotation-progress';
import { getOpenRotation, lockRotations, rotationName, type RotationRow } from './rotation-rows';
import { rotationState } from './rotation-state';
import { type NextStep, nextStep, type RotationState, type RotationStep } from './rotation-step';
import { settleRotation } from './settle-rotation';
import { startMoves } from './start-moves';

export interface AdvanceInput {
  readonly rotationId: string;
  /** Moves this machine alone: the canary, or one that failed. */
  readonly machine?: string | undefined;
  /** Goes on although the step locks somebody out. */
  readonly force?: boolean | undefined;
}

const wrongPhase = (sentence: string) => new AppError({ code: 'rotation.wrong-phase', public: sentence });

/** The step with one machine chosen by a member instead. */
const narrowed = (next: NextStep, machine: MachineProgress | undefined, name: string): NextStep => {
  const { step } = next;
  if (!machine) throw wrongPhase(`${name} has no certificate of either CA, so it cannot be moved.`);
  if (step.kind === 'move-back' && machine.hasNew) return { ...next, step: { ...step, machines: [machine] } };
  if (step.kind !== 'move') throw wrongPhase('The rotation is not moving machines now.');
  if (hasMoved(machine)) throw wrongPhase(`${name} has moved already.`);
  return { ...next, step: { ...step, machines: [machine] } };
};

const chooseStep = async (tx: Transaction, state: RotationState, { machine, force }: AdvanceInput) => {
  let next = nextStep(state);
  if (machine !== undefined) {
    const { id } = await getMachineByName(tx, machine);
    if (state.busy.has(id)) throw wrongPhase(`${machine} is being moved. Wait for the end of its job.`);
    next = narrowed(
      next,
      state.machines.find((row) => row.id === id),
      machine,
    );
  }
  if (next.step.kind === 'wait') throw wrongPhase(next.step.why);
  if (next.lockout !== null && !force) throw new AppError({ code: 'rotation.not-ready', public: next.lockout });
  return next.step;
};

const update = (tx: Transaction, { id }: RotationRow, data: Prisma.RotationUpdateManyMutationInput) =>
  tx.rotation.updateMany({ where: { id }, data });

/** The last step: one of the two CAs is retired, the new one where the rotation was rolled back. */
const finish = async (runtime: Runtime, tx: Transaction, rotation: RotationRow): Promise<AdmissionChange | null> => {
  const isBack = rotation.phase === 'rolled_back';
  const { teamId, kind, membershipId, formerAuthority, newAuthority } = rotation;
  const { id } = isBack ? newAuthority : formerAuthority;
  const at = runtime.clock.now();
  await update(tx, rotation, { ...(!isBack && { phase: 'retired' }), changedAt: at, finishedAt: at });
  if (kind === 'engine') {
    await retireAuthority(runtime, tx, { teamId, id });
    return null;
  }
  const { fingerprints, machineIds } = await retireClientAuthority(runtime, tx, { id, teamId, membershipId });
  if (machineIds.length === 0) return null;
  return {
    kind: 'revoke',
    subject: rotationName(rotation),
    reason: 'superseded',
    ...(membershipId !== null && { membershipId }),
    fingerprints,
    machineIds,
  };
};

const startMove = async (
  { runtime, actor }: TeamContext,
  tx: Transaction,
  { rotation, step }: { rotation: RotationRow; step: Extract<RotationStep, { machines: unknown }> },
): Promise<void> => {
  const { machines } = step;
  if (rotation.phase === 'introduced') {
    await update(tx, rotation, {
      phase: 'moving',
      changedAt: runtime.clock.now(),
      canaryMachineId: machines[0]?.id ?? null,
    });
  }
  const { id: authorityId } = step.kind === 'move-back' ? rotation.formerAuthority : rotation.newAuthority;
  await startMoves(runtime, tx, { actor, rotation, machines, authorityId });
};

const takeStep = async (ctx: TeamContext, tx: Transaction, input: AdvanceInput): Promise<AdmissionChange | null> => {
  const { runtime, actor } = ctx;
  const { teamId } = actor;
  await lockRotations(tx, teamId);
  const rotation = await getOpenRotation(tx, { id: input.rotationId, teamId });
  const at = runtime.clock.now();
  const step = await chooseStep(tx, await rotationState(tx, rotation, at), input);
  let change: AdmissionChange | null = null;
  if ('machines' in step) await startMove(ctx, tx, { rotation, step });
  else if (step.kind === 'moved') await update(tx, rotation, { phase: 'moved', changedAt: at });
  else change = await finish(runtime, tx, rotation);
  await recordAudit(tx, actor, {
    action: 'rotation.advanced',
    target: { type: 'rotation', id: rotation.id, name: rotationName(rotation) },
    before: { phase: rotation.phase },
    after: {
      step: step.kind,
      ...('machines' in step && { machines: step.machines.map(({ name }) => name) }),
      ...(input.force && { forced: true }),
    },
  });
  await settleRotation(runtime, tx, teamId);
  return change;
};

/**
 * Takes the next step of a rotation: move the canary, move the other machines, retire the former CA; of one that was rolled
 * back, move the remaining machines back. Steps that would lock somebody out are refused without `force`. Throws
 * rotation.not-found, rotation.wrong-phase, rotation.not-ready, machine.not-found.
 */
export async function advanceRotation(ctx: TeamContext, input: AdvanceInput): Promise<{ changeId: string | null }> {
  const { actor, runtime } = ctx;
  const { changeId } = await changeAdmission(ctx, async (tx) => ({
    result: null,
    change: await takeStep(ctx, tx, input),
  }));
  await runtime.bus.publish(`team:${actor.teamId}`);
  return { changeId };
}
