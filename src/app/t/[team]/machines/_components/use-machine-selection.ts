'use client';

import { useMemo, useState } from 'react';

export interface MachineSelection {
  readonly names: readonly string[];
  readonly has: (name: string) => boolean;
  /** With `isRange` all between the one chosen before and this one are chosen. */
  readonly toggle: (name: string, isRange: boolean) => void;
  readonly toggleAll: () => void;
  readonly choose: (names: readonly string[]) => void;
  readonly clear: () => void;
  /** How many of the loaded rows are chosen. */
  readonly state: 'none' | 'some' | 'all';
}

/** What a click on a checkbox makes of the chosen names. Pure. */
export function toggled(
  chosen: ReadonlySet<string>,
  click: { readonly name: string; readonly from: string | null },
  shown: readonly string[],
): ReadonlySet<string> {
  const next = new Set(chosen);
  const from = click.from === null ? -1 : shown.indexOf(click.from);
  const to = shown.indexOf(click.name);
  if (from >= 0 && to >= 0) {
    for (const name of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(name);
  } else if (!next.delete(click.name)) {
    next.add(click.name);
  }
  return next;
}

interface Chosen {
  readonly filter: string;
  readonly names: ReadonlySet<string>;
  readonly last: string | null;
}

/** Chosen machines, by name, among `shown`, the loaded rows. Another filter begins with none. */
export function useMachineSelection(filter: string, shown: readonly string[]): MachineSelection {
  const [stored, setStored] = useState<Chosen>({ filter, names: new Set(), last: null });
  return useMemo(() => {
    const isCurrent = stored.filter === filter;
    const names: ReadonlySet<string> = isCurrent ? stored.names : new Set();
    const last = isCurrent ? stored.last : null;
    const count = shown.filter((name) => names.has(name)).length;
    const state = count === 0 ? 'none' : count === shown.length ? 'all' : 'some';
    const choose = (next: Iterable<string>, from: string | null = null) =>
      setStored({ filter, names: new Set(next), last: from });
    return {
      names: [...names],
      has: (name) => names.has(name),
      toggle: (name, isRange) => choose(toggled(names, { name, from: isRange ? last : null }, shown), name),
      toggleAll: () => choose(state === 'all' ? [] : shown),
      choose,
      clear: () => choose([]),
      state,
    };
  }, [stored, filter, shown]);
}
