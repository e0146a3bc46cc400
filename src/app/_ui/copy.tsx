'use client';

import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

import { useCopy } from './use-copy';

import classes from './copy.module.css';

export interface CopyButtonProps {
  readonly value: string;
  /** What is copied ("address"), for the accessible name: "Copy address". */
  readonly name?: string | undefined;
  readonly size?: 'xs' | 'sm' | 'md' | undefined;
}

/** An icon button that puts `value` on the clipboard and says that it did. */
export function CopyButton({ value, name, size = 'sm' }: CopyButtonProps) {
  const t = useTranslations('common');
  const { outcome, copy } = useCopy();
  const idle = name ? t('copyNamed', { name }) : t('copy');
  const label = { idle, copied: t('copied'), failed: t('copyFailed') }[outcome];
  const Icon = outcome === 'copied' ? IconCheck : IconCopy;
  return (
    <Tooltip label={label}>
      <ActionIcon size={size} aria-label={label} onClick={() => void copy(value)}>
        <Icon size={size === 'xs' ? 14 : 16} stroke={1.8} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

export interface CopyLineProps {
  readonly value: string;
  readonly name?: string | undefined;
  /** What is shown instead of the value, such as its shortened form. */
  readonly children?: ReactNode | undefined;
}

/** One value in the fixed-width font with a copy button behind it. */
export function CopyLine({ value, name, children }: CopyLineProps) {
  return (
    <span className={classes['line']}>
      <span className={`qm-mono ${classes['value'] ?? ''}`}>{children ?? value}</span>
      <CopyButton value={value} size="xs" {...(name === undefined ? {} : { name })} />
    </span>
  );
}
