import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

import classes from './states.module.css';

export interface EmptyStateProps {
  readonly icon?: TablerIcon | undefined;
  readonly title: string;
  readonly description?: ReactNode | undefined;
  /** Ways to begin: buttons or links. */
  readonly children?: ReactNode | undefined;
}

/** Nothing here yet, and how to begin. */
export function EmptyState({ icon: Icon, title, description, children }: EmptyStateProps) {
  return (
    <div className={classes['empty']}>
      {Icon && (
        <span className={classes['emptyIcon']}>
          <Icon size={24} stroke={1.5} aria-hidden />
        </span>
      )}
      <p className={classes['title']}>{title}</p>
      {description !== undefined && <div className={classes['description']}>{description}</div>}
      {children !== undefined && <div className={classes['ways']}>{children}</div>}
    </div>
  );
}
