'use client';

import { type RefObject, useLayoutEffect, useMemo, useState } from 'react';

import { jobHasEnded } from '@/lib/job';
import type { StepView } from '@/lib/job-view';

import type { JobPageState } from '../_components/job-state';
import { lineCount, type LogRows, rowsOfStep, rowsOfSteps } from './log-rows';
import { useFolds } from './use-folds';
import { useFollow, useStickToEnd } from './use-follow';
import { type LogList, useLogList } from './use-log-list';
import { useStable } from './use-stable';

export interface LogView {
  readonly rows: LogRows;
  readonly list: LogList;
  readonly folds: ReturnType<typeof useFolds>;
  readonly isLive: boolean;
  /** The newest line is kept in view right now. */
  readonly isFollowed: boolean;
  /** The reader wants it so, whether or not there is anything to follow. */
  readonly isWanted: boolean;
  readonly setWanted: (isWanted: boolean) => void;
}

export interface LogViewOptions {
  readonly state: JobPageState;
  readonly selected: StepView | null;
  readonly isWrapped: boolean;
}

/** What the pane of lines shows: which rows, which of them are open, whether it follows the end. */
export function useLogView(scroller: RefObject<HTMLDivElement | null>, options: LogViewOptions): LogView {
  const { state, selected, isWrapped } = options;
  const { job, steps } = state;
  const { outline } = state.log;
  const isLive = !jobHasEnded(job.state);
  const { isWanted, setWanted } = useFollow(scroller);
  const [wasLive, setWasLive] = useState(isLive);
  if (wasLive !== isLive) {
    setWasLive(isLive);
    // A job that runs again is watched again, wherever the reader was in the log of its failure.
    if (isLive) setWanted(true);
  }
  const isFollowed = isLive && isWanted;
  const folds = useFolds(steps, isFollowed);
  const only = selected?.index;
  const shown = useStable(
    steps
      .filter(({ index, startedAt }) => startedAt !== null || lineCount(outline, index) > 0)
      .map((step) => ({ index: step.index, isOpen: folds.isOpen(step) })),
  );
  const rows = useMemo(
    () => (only === undefined ? rowsOfSteps(outline, shown) : rowsOfStep(outline, only)),
    [outline, shown, only],
  );
  const list = useLogList(scroller, { rows, isWrapped });
  useBeginAtTop(scroller, only);
  useStickToEnd(scroller, isFollowed, list.virtualizer.getTotalSize());
  return { rows, list, folds, isLive, isFollowed, isWanted, setWanted };
}

/** Another step begins at its first line; whoever wants another place goes there after. */
function useBeginAtTop(scroller: RefObject<HTMLElement | null>, step: number | undefined): void {
  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [scroller, step]);
}
