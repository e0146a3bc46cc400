'use client';

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

const nearEndPx = 24;

export interface Follow {
  /** The reader wants to see the newest line; it is kept in view while the log is live. */
  readonly isWanted: boolean;
  readonly setWanted: (isWanted: boolean) => void;
}

/**
 * Whether the newest line is to be kept in view: until the reader scrolls up, and again from when they come back to the
 * end. Only a way up made by the reader counts: text that folds or grows moves the place as well.
 */
export function useFollow(scroller: RefObject<HTMLElement | null>): Follow {
  const [isWanted, setWanted] = useState(true);
  const last = useRef({ top: 0, height: 0 });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onScroll = () => {
      const { scrollTop: top, scrollHeight: height, clientHeight } = element;
      const isAtEnd = height - top - clientHeight < nearEndPx;
      const isWayUp = top < last.current.top - 1 && height >= last.current.height;
      last.current = { top, height };
      if (isAtEnd) setWanted(true);
      else if (isWayUp) setWanted(false);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [scroller]);
  return { isWanted, setWanted };
}

/** Keeps the end of the content in view whenever its height changes. */
export function useStickToEnd(scroller: RefObject<HTMLElement | null>, isStuck: boolean, height: number): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (isStuck && element) element.scrollTo({ top: element.scrollHeight });
  }, [scroller, isStuck, height]);
}
