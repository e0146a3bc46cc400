import type { RotationPhase } from '@/server/db/generated/client';

import { hasMoved, type MachineProgress, type MemberProgress } from './rotation-progress';

/** Where a rotation stands, with all that its next step depends on. */
export interface RotationState {
  readonly kind: 'engine' | 'client' | 'console';
  readonly phase: RotationPhase;
  readonly canaryMachineId: string | null;
  /** Whether machines that have moved are believed with the former ca.pem as well (pki/bridge.ts). */
  readonly isBridged: boolean;
  readonly machines: readonly MachineProgress[];
  /** Ids of machines that a job is moving now. */
  readonly busy: ReadonlySet<string>;
  readonly members: readonly MemberProgress[];
  /** Live client certificates that the new CA has signed. */
  readonly newInUse: number;
}

/** What comes next in a rotation. */
export type RotationStep =
  | { readonly kind: 'move'; readonly machines: readonly MachineProgress[] }
  | { readonly kind: 'move-back'; readonly machines: readonly MachineProgress[] }
  | { readonly kind: 'moved' | 'retire' | 'finish-back' }
  | { readonly kind: 'wait'; readonly why: string };

export interface NextStep {
  readonly step: RotationStep;
  /** Whom the step would lock out, in a sentence: it is taken only where an owner insists. */
  readonly lockout: string | null;
}

const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(', ');

const lacking = ({ members }: RotationState, sentence: (who: string) => string): string | null => {
  const without = members.filter((member) => !member.hasNewCa);
  return without.length === 0 ? null : sentence(names(without));
};

const withoutCaPem = (state: RotationState): string | null =>
  lacking(state, (who) => `The ca.pem of ${who} does not hold the new CA.`);

const moveStep = (state: RotationState, machines: readonly MachineProgress[]): NextStep => {
  const free = machines.filter(({ id }) => !state.busy.has(id));
  const lockout = state.isBridged ? null : withoutCaPem(state);
  if (free.length > 0) return { step: { kind: 'move', machines: free }, lockout };
  return { step: { kind: 'wait', why: `${names(machines)}: being moved. Wait for the end.` }, lockout: null };
};

const firstCanary = (machines: readonly MachineProgress[]): readonly MachineProgress[] => {
  const canary = machines.find(({ state }) => state === 'running') ?? machines[0];
  return canary ? [canary] : [];
};

const engineStep = (state: RotationState): NextStep => {
  const { machines, busy, canaryMachineId } = state;
  switch (state.phase) {
    case 'introduced':
      return machines.length === 0
        ? { step: { kind: 'moved' }, lockout: null }
        : moveStep(state, firstCanary(machines));
    case 'moving': {
      const left = machines.filter((machine) => !hasMoved(machine));
      const canary = left.find(({ id }) => id === canaryMachineId);
      return moveStep(state, canary ? [canary] : left);
    }
    case 'moved': {
      const left = machines.filter(({ hasFormer }) => hasFormer);
      return left.length > 0 ? moveStep(state, left) : { step: { kind: 'retire' }, lockout: withoutCaPem(state) };
    }
    default: {
      const free = machines.filter(({ id, hasNew }) => hasNew && !busy.has(id));
      if (free.length > 0) return { step: { kind: 'move-back', machines: free }, lockout: null };
      return { step: { kind: 'wait', why: 'The machines are being moved back. Wait for the end.' }, lockout: null };
    }
  }
};

const clientStep = (state: RotationState): NextStep => {
  const former = lacking(state, (who) => `Certificates of the former CA are still in use by ${who}.`);
  if (state.phase === 'introduced') return { step: { kind: 'moved' }, lockout: former };
  if (state.phase === 'moved') return { step: { kind: 'retire' }, lockout: former };
  const after = state.newInUse > 0 ? `Certificates of the new CA are still in use: ${state.newInUse}.` : null;
  return { step: { kind: 'finish-back' }, lockout: after };
};

/** The next step of a rotation that is not over. Pure. */
export const nextStep = (state: RotationState): NextStep =>
  state.kind === 'client' ? clientStep(state) : engineStep(state);
