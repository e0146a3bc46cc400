import type { StepView } from '@/lib/job-view';

/** Which steps the reader has opened or folded by hand; the others follow their state. */
export type Folds = ReadonlyMap<number, boolean>;

/** A step is open while it runs and where it stopped; what is done folds. Pure. */
export function isStepOpen(folds: Folds, { index, state }: Pick<StepView, 'index' | 'state'>): boolean {
  return folds.get(index) ?? (state === 'running' || state === 'failed' || state === 'cancelled');
}

/**
 * What becomes of the folds when steps move on: a step that ends while its lines are being read (not followed) stays open,
 * for the text must not vanish under the reader. Pure.
 */
export function foldsAfter(
  folds: Folds,
  change: { readonly before: readonly StepView[]; readonly after: readonly StepView[]; readonly isFollowed: boolean },
): Folds {
  if (change.isFollowed) return folds;
  const kept = change.after.filter(
    (step, place) => change.before[place]?.state === 'running' && step.state !== 'running' && !folds.has(step.index),
  );
  return kept.length === 0 ? folds : new Map([...folds, ...kept.map(({ index }) => [index, true] as const)]);
}
