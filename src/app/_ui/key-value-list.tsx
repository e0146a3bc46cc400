import type { ReactNode } from 'react';

import classes from './key-value-list.module.css';

export interface KeyValueListProps {
  readonly items: readonly {
    readonly key: string;
    readonly label: ReactNode;
    readonly value: ReactNode;
  }[];
  /** Two columns of pairs where there is room. */
  readonly columns?: 1 | 2 | undefined;
}

/** Facts about one thing: names at the left, values at the right; one above the other on small screens. */
export function KeyValueList({ items, columns = 1 }: KeyValueListProps) {
  return (
    <dl className={classes['list']} data-columns={columns}>
      {items.map(({ key, label, value }) => (
        <div key={key} className={classes['pair']}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
