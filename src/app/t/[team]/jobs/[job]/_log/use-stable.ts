'use client';

import { useState } from 'react';

/** The same object for as long as its content is the same, so that what is made of it need not be made anew. */
export function useStable<T>(value: T): T {
  const [stable, setStable] = useState(value);
  if (stable === value || JSON.stringify(stable) === JSON.stringify(value)) return stable;
  setStable(value);
  return value;
}
