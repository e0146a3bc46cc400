import type { TablerIcon } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';

import { type Tone, tones } from './tone';

import classes from './states.module.css';

export interface NoticeProps {
  readonly tone: Tone;
  readonly title?: ReactNode | undefined;
  readonly icon?: TablerIcon | undefined;
  readonly children?: ReactNode | undefined;
  /** Buttons or links under the text. */
  readonly actions?: ReactNode | undefined;
  /** Read out at once when it appears: `alert` for failures, `status` for everything else. */
  readonly role?: 'alert' | 'status' | undefined;
}

/** A message in the page, where the thing it speaks of is: the result of an action, a warning, a reason. */
export function Notice({ tone, title, icon, children, actions, role }: NoticeProps) {
  const style = tones[tone];
  const Icon = icon ?? style.icon;
  const variables = {
    '--tone': style.colour,
    '--tone-bg': style.background,
    '--tone-border': style.border,
  } as CSSProperties;
  return (
    <div className={classes['notice']} style={variables} {...(role && { role })}>
      <Icon className={classes['noticeIcon']} size={18} stroke={1.8} aria-hidden />
      <div className={classes['noticeBody']}>
        {title !== undefined && <p className={classes['title']}>{title}</p>}
        {children !== undefined && <div>{children}</div>}
        {actions !== undefined && <div className={classes['ways']}>{actions}</div>}
      </div>
    </div>
  );
}
