'use client';

import { useState } from 'react';

import { placeAfter, stepped } from './match-walk';
import type { LogSearch } from './use-log-search';

export interface MatchWalk {
  /** The line of the match that the search stands at. */
  readonly current: number | undefined;
  /** From 1; 0 while it stands at none. */
  readonly position: number;
  readonly next: () => void;
  readonly previous: () => void;
}

export interface MatchWalkOptions {
  readonly search: LogSearch;
  /** The first line in sight: where a new search begins. */
  readonly from: number;
  readonly goTo: (seq: number) => void;
}

/** Walks from match to match, round at both ends. */
export function useMatchWalk({ search, from, goTo }: MatchWalkOptions): MatchWalk {
  const { matches, wanted } = search;
  const [stand, setStand] = useState<{ readonly wanted: string; readonly seq: number }>();
  // Of another text: the walk has not begun.
  const current = stand?.wanted === wanted && matches?.includes(stand.seq) ? stand.seq : undefined;
  const walk = (direction: 1 | -1) => {
    if (!matches) return;
    const seq = current === undefined ? placeAfter(matches, from) : stepped(matches, current, direction);
    if (seq === undefined) return;
    setStand({ wanted, seq });
    goTo(seq);
  };
  return {
    current,
    position: current === undefined ? 0 : (matches?.indexOf(current) ?? -1) + 1,
    next: () => walk(1),
    previous: () => walk(-1),
  };
}
