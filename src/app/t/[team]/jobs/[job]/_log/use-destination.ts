'use client';

import { useCallback, useEffect, useState } from 'react';

import type { StepView } from '@/lib/job-view';

import type { LineRange } from './line-range';
import { stepOfLine } from './log-rows';
import type { LogState } from './log-state';
import type { LogList } from './use-log-list';

export interface DestinationOptions {
  readonly log: LogState;
  readonly list: LogList;
  readonly selected: StepView | null;
  /** Shows all steps instead of one. */
  readonly onShowAll: () => void;
  readonly onUnfold: (step: number) => void;
  /** The reader looks elsewhere than at the end now. */
  readonly onLeave: () => void;
}

/** Goes to lines wherever they are: shows the step that has the line, unfolds it, and scrolls there once it is drawn. */
export function useDestination(options: DestinationOptions): (seq: number) => void {
  const { log, list, selected, onShowAll, onUnfold, onLeave } = options;
  const [destination, setDestination] = useState<number | null>(null);
  useEffect(() => {
    if (destination !== null && list.goTo(destination)) setDestination(null);
  }, [destination, list]);
  return useCallback(
    (seq: number) => {
      const step = stepOfLine(log.outline, seq);
      if (step === null) return;
      onLeave();
      if (selected && selected.index !== step) onShowAll();
      onUnfold(step);
      setDestination(seq);
    },
    [log.outline, selected, onShowAll, onUnfold, onLeave],
  );
}

/** Goes where the address points at, when the page opens and when the address changes under it. */
export function useAddressedLines(
  range: LineRange | null,
  options: { picked: LineRange | null; goTo: (seq: number) => void },
) {
  const { picked, goTo } = options;
  const [gone, setGone] = useState<LineRange | null>(null);
  useEffect(() => {
    // What was picked by a click is in view already.
    if (!range || range === gone || (range.from === picked?.from && range.to === picked.to)) return;
    setGone(range);
    goTo(range.from);
  }, [range, gone, picked, goTo]);
}
