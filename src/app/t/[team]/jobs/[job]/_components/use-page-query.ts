'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback, useSyncExternalStore } from 'react';

import { replaceAddress, subscribeToAddress } from './address';

/**
 * One value of the page's address, and the way to set it; the rest of the address stays. It is read from the address
 * itself: the router's copy of it follows a moment later, too late for keys that are pressed one after the other.
 */
export function usePageQuery(name: string): readonly [value: string | null, set: (value: string | null) => void] {
  const params = useSearchParams();
  const value = useSyncExternalStore(
    subscribeToAddress,
    () => new URLSearchParams(window.location.search).get(name),
    () => params.get(name),
  );
  const set = useCallback(
    (next: string | null) => {
      const url = new URL(window.location.href);
      if (next === null) url.searchParams.delete(name);
      else url.searchParams.set(name, next);
      replaceAddress(url);
    },
    [name],
  );
  return [value, set];
}
