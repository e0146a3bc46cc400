'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** One value of the page's address. Setting it asks the server for nothing and keeps the rest of the address. */
export function usePageQuery(name: string): readonly [value: string | null, set: (value: string | null) => void] {
  const value = useSearchParams().get(name);
  const set = useCallback(
    (next: string | null) => {
      const url = new URL(window.location.href);
      if (next === null) url.searchParams.delete(name);
      else url.searchParams.set(name, next);
      window.history.replaceState(null, '', url);
    },
    [name],
  );
  return [value, set];
}
