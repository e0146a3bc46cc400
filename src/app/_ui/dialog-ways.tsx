'use client';

import { SegmentedControl, Tooltip } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useContext } from 'react';

import { DialogHeld } from './dialog';

export interface DialogWaysProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (way: T) => void;
  readonly ways: readonly { readonly value: T; readonly label: string }[];
}

/** The ways to what a dialog is for, each with a form of its own. None can be changed to while one is under way. */
export function DialogWays<T extends string>({ label, value, onChange, ways }: DialogWaysProps<T>) {
  const t = useTranslations('common');
  const isHeld = useContext(DialogHeld);
  return (
    <Tooltip label={t('beingDone')} disabled={!isHeld}>
      <SegmentedControl
        aria-label={label}
        aria-description={isHeld ? t('beingDone') : undefined}
        value={value}
        onChange={onChange}
        disabled={isHeld}
        data={[...ways]}
      />
    </Tooltip>
  );
}
