'use client';

import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useLayoutEffect, useMemo } from 'react';

import type { LineRange } from './line-range';
import { blockFinder, type LogRows, placeOfLine, rowAt } from './log-rows';

const lineHeightPx = 20;
const headHeightPx = 36;

export interface LogList {
  readonly virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>;
  /** First and last line in sight; null while none is. */
  readonly shown: LineRange | null;
  /** The row at the upper edge of the view; null while there is none. */
  readonly topPlace: number | null;
  /** Brings a line into the middle of the view; false where the view does not have it. */
  readonly goTo: (seq: number) => boolean;
}

/** The rows of the log that are in sight, out of any number. */
export function useLogList(
  scroller: RefObject<HTMLDivElement | null>,
  { rows, isWrapped }: { readonly rows: LogRows; readonly isWrapped: boolean },
): LogList {
  const find = useMemo(() => blockFinder(rows), [rows]);
  // oxlint-disable-next-line react/incompatible-library -- the console is built without the React Compiler
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: (place) => (find(place)?.kind === 'step' ? headHeightPx : lineHeightPx),
    // Folding moves lines to other places; what was measured stays with the line. Steps count down from -1.
    getItemKey: useCallback(
      (place: number) => {
        const block = find(place);
        if (!block) return place;
        return block.kind === 'step' ? -1 - block.step : block.from + place - block.start;
      },
      [find],
    ),
    overscan: 15,
    useFlushSync: false,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, isWrapped]);

  const seqs = virtualizer.getVirtualItems().flatMap(({ index }) => {
    const row = rowAt(rows, index);
    return row?.kind === 'line' ? [row.seq] : [];
  });
  const goTo = useCallback(
    (seq: number) => {
      const place = placeOfLine(rows, seq);
      if (place === null) return false;
      virtualizer.scrollToIndex(place, { align: 'center' });
      return true;
    },
    [rows, virtualizer],
  );
  const top = virtualizer.getVirtualItems().find(({ end }) => end > (virtualizer.scrollOffset ?? 0));
  return {
    virtualizer,
    topPlace: top?.index ?? null,
    shown: seqs.length ? { from: Math.min(...seqs), to: Math.max(...seqs) } : null,
    goTo,
  };
}
