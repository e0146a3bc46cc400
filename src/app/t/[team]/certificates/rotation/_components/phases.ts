export type RotationKind = 'engine' | 'client' | 'console';
export type RotationPhase = 'introduced' | 'moving' | 'moved' | 'retired' | 'rolled_back';
export type RotationStep = 'introduce' | 'move' | 'members' | 'retire';
export type StepStatus = 'done' | 'current' | 'next' | 'undone';

const steps: Readonly<Record<RotationKind, readonly RotationStep[]>> = {
  engine: ['introduce', 'move', 'members', 'retire'],
  console: ['introduce', 'move', 'members', 'retire'],
  // No machine has to get another certificate: their gates and engines trust both CAs from the start.
  client: ['introduce', 'members', 'retire'],
};

/** The part that is under way in each phase; the ones before it are done. Null where all are done. */
const currentStep = (kind: RotationKind, phase: Exclude<RotationPhase, 'rolled_back'>): RotationStep | null => {
  if (phase === 'retired') return null;
  if (kind === 'client') return phase === 'moved' ? 'retire' : 'members';
  return phase === 'moved' ? 'members' : 'move';
};

/** The parts of a rotation, in the order in which they are gone through, and how far each is. Pure. */
export function stepsOf(
  kind: RotationKind,
  phase: RotationPhase,
): readonly { readonly step: RotationStep; readonly status: StepStatus }[] {
  const all = steps[kind];
  if (phase === 'rolled_back') return all.map((step) => ({ step, status: 'undone' }));
  const step = currentStep(kind, phase);
  const current = step === null ? all.length : all.indexOf(step);
  return all.map((one, index) => ({
    step: one,
    status: index < current ? 'done' : index === current ? 'current' : 'next',
  }));
}
