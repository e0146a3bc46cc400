import clsx from 'clsx';
import type { ReactNode } from 'react';

import classes from './mono.module.css';

export interface MonoProps {
  readonly children: ReactNode;
  /** Long values break anywhere (fingerprints) or keep to one line and end in dots (table cells). */
  readonly overflow?: 'wrap' | 'ellipsis' | undefined;
  readonly className?: string | undefined;
}

/** A name, address or fingerprint in the fixed-width font. */
export function Mono({ children, overflow = 'wrap', className }: MonoProps) {
  return (
    <span className={clsx('qm-mono', classes['mono'], className)} data-overflow={overflow}>
      {children}
    </span>
  );
}
