'use client';

import { useCallback, useMemo, useSyncExternalStore } from 'react';

import { formatLineRange, type LineRange, parseLineRange } from './line-range';

const changed = 'quaymaster:line-range';

const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener);
  window.addEventListener(changed, listener);
  return () => {
    window.removeEventListener('hashchange', listener);
    window.removeEventListener(changed, listener);
  };
};

const readHash = () => window.location.hash;
const noHash = () => '';

/** The lines that the address points at, and the way to point at others. */
export function useLineRange(): {
  readonly range: LineRange | null;
  readonly setRange: (range: LineRange | null) => void;
} {
  const hash = useSyncExternalStore(subscribe, readHash, noHash);
  const range = useMemo(() => parseLineRange(hash), [hash]);
  const setRange = useCallback((next: LineRange | null) => {
    const { pathname, search } = window.location;
    // Replaced, not followed: a link to an anchor would make the browser look for an element of that name and scroll.
    window.history.replaceState(null, '', `${pathname}${search}${next ? formatLineRange(next) : ''}`);
    window.dispatchEvent(new Event(changed));
  }, []);
  return { range, setRange };
}
