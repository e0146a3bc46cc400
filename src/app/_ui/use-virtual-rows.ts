'use client';

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react';

const rowHeightPx = 37;
const overscan = 12;
/** Rendered before the browser has told how much it shows, and by the server. */
const firstRows = 30;

export interface VirtualRows {
  /** The rows to render, by their index. */
  readonly indexes: readonly number[];
  /** Height of what is left out above and below, in pixels. */
  readonly before: number;
  readonly after: number;
  readonly measure: (row: HTMLTableRowElement | null) => void;
  readonly scrollTo: (index: number) => void;
}

interface Options {
  readonly count: number;
  readonly isEnabled: boolean;
  readonly body: RefObject<HTMLTableSectionElement | null>;
}

// Cards stand apart by their margin.
const heightOf = (row: Element) =>
  row.getBoundingClientRect().height + (Number.parseFloat(getComputedStyle(row).marginBottom) || 0);

// The browser runs layout effects, the server would warn of them.
const useBrowserLayoutEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;

/** The rows of a long table that are in sight while the page scrolls; all of them where it is not enabled. */
export function useVirtualRows({ count, isEnabled, body }: Options): VirtualRows {
  const [top, setTop] = useState(0);
  // What stands above the table comes and goes.
  useBrowserLayoutEffect(() => {
    const next = Math.round((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    if (isEnabled && next !== top) setTop(next);
  });
  // oxlint-disable-next-line react/incompatible-library -- the console is built without the React Compiler
  const virtualizer = useWindowVirtualizer<HTMLTableRowElement>({
    count: isEnabled ? count : 0,
    estimateSize: () => rowHeightPx,
    measureElement: heightOf,
    scrollMargin: top,
    overscan,
    useFlushSync: false,
  });
  const scrollTo = useCallback((index: number) => virtualizer.scrollToIndex(index), [virtualizer]);
  const items = virtualizer.getVirtualItems();
  const [first] = items;
  const last = items.at(-1);
  if (!first || !last) {
    const shown = isEnabled ? Math.min(count, firstRows) : count;
    return {
      indexes: Array.from({ length: shown }, (_, index) => index),
      before: 0,
      after: (count - shown) * rowHeightPx,
      measure: virtualizer.measureElement,
      scrollTo,
    };
  }
  return {
    indexes: items.map(({ index }) => index),
    before: first.start - top,
    after: virtualizer.getTotalSize() - (last.end - top),
    measure: virtualizer.measureElement,
    scrollTo,
  };
}
