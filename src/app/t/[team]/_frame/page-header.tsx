import type { ReactNode } from 'react';

import { Breadcrumbs, type Crumb } from './breadcrumbs';

import classes from './page-header.module.css';

export interface PageHeaderProps {
  readonly title: string;
  /** The title is a name that people type (a machine): shown in the fixed-width font. */
  readonly isName?: boolean | undefined;
  readonly description?: ReactNode | undefined;
  /** The thing's state, beside the title. */
  readonly badge?: ReactNode | undefined;
  readonly breadcrumbs?: readonly Crumb[] | undefined;
  /** Buttons at the right, the main one last. */
  readonly actions?: ReactNode | undefined;
  /** Tabs, at the lower edge. */
  readonly children?: ReactNode | undefined;
}

/** The head of every page: where it is, what it is, how it stands, what can be done. */
export function PageHeader(props: PageHeaderProps) {
  const { title, isName = false, description, badge, breadcrumbs = [], actions, children } = props;
  return (
    <header className={classes['header']} data-has-tabs={children !== undefined || undefined}>
      {breadcrumbs.length > 0 && <Breadcrumbs items={breadcrumbs} />}
      <div className={classes['line']}>
        <div className={classes['heading']}>
          <h1 className={isName ? 'qm-mono' : undefined}>{title}</h1>
          {badge}
        </div>
        {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
      </div>
      {description !== undefined && <div className={classes['description']}>{description}</div>}
      {children !== undefined && <div className={classes['tabs']}>{children}</div>}
    </header>
  );
}
