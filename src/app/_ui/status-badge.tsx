import type { TablerIcon } from '@tabler/icons-react';
import clsx from 'clsx';
import type { CSSProperties, ReactNode } from 'react';

import { type Tone, tones } from './tone';

import classes from './status-badge.module.css';

export interface StatusBadgeProps {
  readonly tone: Tone;
  /** The word. Colour and icon alone say nothing to many people. */
  readonly children: ReactNode;
  /** Another icon than the tone's own. */
  readonly icon?: TablerIcon | undefined;
  /** `plain` is icon and word for tables; `soft` adds a tinted ground for headers. */
  readonly variant?: 'plain' | 'soft' | undefined;
  /** Turns the icon: work is going on right now. */
  readonly isSpinning?: boolean | undefined;
  readonly className?: string | undefined;
}

/** One state: icon, word and tone. State badges of machines, jobs and certificates are built on it. */
export function StatusBadge(props: StatusBadgeProps) {
  const { tone, children, variant = 'plain', isSpinning = false, className } = props;
  const style = tones[tone];
  const Icon = props.icon ?? style.icon;
  const variables = {
    '--tone': style.colour,
    '--tone-bg': style.background,
    '--tone-border': style.border,
  } as CSSProperties;
  return (
    <span className={clsx(classes['badge'], className)} data-variant={variant} data-tone={tone} style={variables}>
      <Icon className={classes['icon']} data-spinning={isSpinning || undefined} size={16} stroke={1.8} aria-hidden />
      <span>{children}</span>
    </span>
  );
}
