'use client';

import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';

const RenderedAt = createContext(0);

export interface NowProviderProps {
  readonly renderedAtMs: number;
  readonly children: ReactNode;
}

/** Hands the server's clock to the first render in the browser, so that both write the same words. */
export function NowProvider({ renderedAtMs, children }: NowProviderProps) {
  return <RenderedAt value={renderedAtMs}>{children}</RenderedAt>;
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for all clocks on the page; it stops when the last one is gone. */
function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((notify) => notify()), 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * Reads the clock through `read`, a pure function of the time in milliseconds: the component renders again only when
 * its result changes, so a hundred times in a table cost a hundred comparisons a second and no renders.
 */
export function useClock<T extends string | number>(read: (nowMs: number) => T): T {
  const renderedAtMs = useContext(RenderedAt);
  return useSyncExternalStore(
    subscribe,
    () => read(Date.now()),
    () => read(renderedAtMs),
  );
}
