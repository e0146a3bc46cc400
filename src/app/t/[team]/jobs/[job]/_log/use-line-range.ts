'use client';

import { useMemo, useSyncExternalStore } from 'react';

import { replaceAddress, subscribeToAddress } from '../_components/address';
import { formatLineRange, type LineRange, parseLineRange } from './line-range';

const readHash = () => window.location.hash;
const noHash = () => '';

/** The lines that the address points at; null where it points at none. */
export function useLineRange(): LineRange | null {
  const hash = useSyncExternalStore(subscribeToAddress, readHash, noHash);
  return useMemo(() => parseLineRange(hash), [hash]);
}

/** Makes the address point at lines. */
export function pointAt(range: LineRange): void {
  const { pathname, search } = window.location;
  replaceAddress(`${pathname}${search}${formatLineRange(range)}`);
}
