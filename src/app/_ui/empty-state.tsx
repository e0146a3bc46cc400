import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

import classes from './states.module.css';

export interface EmptyStateProps {
  readonly icon?: TablerIcon | undefined;
  readonly title: string;
  readonly description?: ReactNode | undefined;
  /** The only thing on its page: the title is the page's heading. */
  readonly isPage?: boolean | undefined;
  /** Ways to begin: buttons or links. */
  readonly children?: ReactNode | undefined;
}

/** Nothing here yet, and how to begin. */
export function EmptyState({ icon: Icon, title, description, isPage = false, children }: EmptyStateProps) {
  const Title = isPage ? 'h1' : 'p';
  return (
    <div className={classes['empty']}>
      {Icon && (
        <span className={classes['emptyIcon']}>
          <Icon size={24} stroke={1.5} aria-hidden />
        </span>
      )}
      <Title className={classes['title']}>{title}</Title>
      {description !== undefined && <div className={classes['description']}>{description}</div>}
      {children !== undefined && <div className={classes['ways']}>{children}</div>}
    </div>
  );
}
