'use client';

import { useCallback, useState } from 'react';

import type { StepView } from '@/lib/job-view';

import { type Folds, foldsAfter, isStepOpen } from './folds';

/** Which steps of the log are open. */
export function useFolds(steps: readonly StepView[], isFollowed: boolean) {
  const [{ folds, seen }, setFolds] = useState<{ readonly folds: Folds; readonly seen: readonly StepView[] }>({
    folds: new Map(),
    seen: steps,
  });
  // Set while rendering: an effect would come after the frame in which the lines had vanished.
  if (seen !== steps) setFolds({ folds: foldsAfter(folds, { before: seen, after: steps, isFollowed }), seen: steps });

  const set = useCallback(
    (step: number, isOpen: boolean) =>
      setFolds((before) => ({ ...before, folds: new Map([...before.folds, [step, isOpen]]) })),
    [],
  );
  return { isOpen: (step: StepView) => isStepOpen(folds, step), set };
}
