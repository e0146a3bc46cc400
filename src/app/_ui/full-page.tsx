import type { ReactNode } from 'react';

import { Wordmark } from './mark';

import classes from './full-page.module.css';

export interface FullPageProps {
  readonly product: string;
  readonly children: ReactNode;
  /** CSS width of the panel. */
  readonly width?: string | undefined;
}

/** A page outside of the console's frame: sign-in, set-up, invitation, errors. */
export function FullPage({ product, children, width = '26rem' }: FullPageProps) {
  return (
    <div className={classes['page']}>
      <header className={classes['head']}>
        <Wordmark name={product} size={28} />
      </header>
      <main className={classes['panel']} style={{ maxWidth: width }}>
        {children}
      </main>
    </div>
  );
}
