'use client';

import { useMemo, useState } from 'react';

export interface Selection {
  readonly ids: readonly string[];
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  readonly toggleAll: () => void;
  readonly clear: () => void;
  readonly state: 'none' | 'some' | 'all';
}

/** Chosen rows. What is not among the rows any more (filtered away, gone) is not chosen any more either. */
export function useSelection(shown: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    const ids = shown.filter((id) => chosen.has(id));
    return {
      ids,
      has: (id) => chosen.has(id),
      toggle: (id) => setChosen(new Set(chosen.has(id) ? ids.filter((other) => other !== id) : [...ids, id])),
      toggleAll: () => setChosen(new Set(ids.length === shown.length ? [] : shown)),
      clear: () => setChosen(new Set()),
      state: ids.length === 0 ? 'none' : ids.length === shown.length ? 'all' : 'some',
    };
  }, [shown, chosen]);
}
