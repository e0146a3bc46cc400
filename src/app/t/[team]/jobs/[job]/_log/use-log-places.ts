'use client';

import { useCallback, useEffect, useRef, useState } from 'react';

import type { StepView } from '@/lib/job-view';

import type { JobPageState } from '../_components/job-state';
import { extendTo, type LineRange, parseLineRange } from './line-range';
import { lastLineOf, stepOfLine } from './log-rows';
import { pointAt, useLineRange } from './use-line-range';
import type { LogView } from './use-log-view';

export interface LogPlaces {
  /** The lines that the address points at. */
  readonly range: LineRange | null;
  /** The line that says why the job failed. */
  readonly verdict: number | null;
  readonly goTo: (seq: number) => void;
  /** To where it goes on, and stays there. */
  readonly jump: () => void;
  /** Makes the address point at a line, or from the one before to it. */
  readonly pick: (seq: number, isExtending: boolean) => void;
}

export interface LogPlacesOptions {
  readonly state: JobPageState;
  readonly view: LogView;
  readonly selected: StepView | null;
  readonly onSelect: (step: StepView | null) => void;
}

/** The ways to get from place to place in the log. */
export function useLogPlaces({ state, view, selected, onSelect }: LogPlacesOptions): LogPlaces {
  const { job, steps, log } = state;
  const { folds, setWanted, isWanted } = view;
  const goTo = useGoTo({ state, view, selected, onSelect });
  const range = useLineRange();
  const pick = useAddressedLines(range, goTo);
  const verdict = job.state === 'failed' && job.error ? lastLineOf(log.outline, job.error.step) : null;
  useVerdict(verdict, { isWanted, goTo });
  const jump = () => {
    const running = steps.find((step) => step.state === 'running');
    if (running) folds.set(running.index, true);
    if (selected && selected.index !== running?.index) onSelect(null);
    setWanted(true);
  };
  return { range, verdict, goTo, jump, pick };
}

/** Goes to a line wherever it is: shows the step that has it, unfolds that, and scrolls there once it is drawn. */
function useGoTo({ state, view, selected, onSelect }: LogPlacesOptions): (seq: number) => void {
  const { outline } = state.log;
  const { list, folds, setWanted } = view;
  const { set: setFold } = folds;
  const [destination, setDestination] = useState<number | null>(null);
  useEffect(() => {
    if (destination !== null && list.goTo(destination)) setDestination(null);
  }, [destination, list]);
  return useCallback(
    (seq: number) => {
      const step = stepOfLine(outline, seq);
      if (step === null) return;
      setWanted(false);
      if (selected && selected.index !== step) onSelect(null);
      setFold(step, true);
      setDestination(seq);
    },
    [outline, selected, onSelect, setFold, setWanted],
  );
}

/** Goes where the address points at, when the page opens and when the address changes under it. */
function useAddressedLines(range: LineRange | null, goTo: (seq: number) => void): LogPlaces['pick'] {
  const [known, setKnown] = useState<LineRange | null>(null);
  useEffect(() => {
    if (!range || (range.from === known?.from && range.to === known.to)) return;
    setKnown(range);
    goTo(range.from);
  }, [range, known, goTo]);
  return useCallback((seq, isExtending) => {
    const next = extendTo(isExtending ? parseLineRange(window.location.hash) : null, seq);
    // In view already: who clicks on a line does not want it moved.
    setKnown(next);
    pointAt(next);
  }, []);
}

/** Goes to the line that says why a job failed, unless the reader is elsewhere or the address points at lines. */
function useVerdict(
  verdict: number | null,
  options: { readonly isWanted: boolean; readonly goTo: (seq: number) => void },
): void {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const { isWanted, goTo } = latest.current;
    // The hash itself: on the page's first rendering the address is not known yet.
    if (verdict !== null && isWanted && !parseLineRange(window.location.hash)) goTo(verdict);
  }, [verdict]);
}
