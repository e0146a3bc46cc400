'use client';

import { useEffect, useState } from 'react';

const graceMs = 5000;

/**
 * Whether the page is seen, or was a moment ago. Over HTTP/1.1 a browser opens six connections to a host in all, so pages
 * in the background let go of their streams; else six open tabs would leave none for anything else.
 */
export function useInSight(): boolean {
  const [isInSight, setInSight] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') setInSight(true);
      else timer = setTimeout(() => setInSight(false), graceMs);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return isInSight;
}
