'use client';

import { Button, Group, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import classes from './bulk-bar.module.css';

export interface BulkBarProps {
  readonly team: string;
  /** Names of machines. */
  readonly selection: readonly string[];
  /** The selection has served its purpose, or was given up. */
  readonly onDone: () => void;
}

/** What can be done to the chosen machines at once. */
export function BulkBar({ selection, onDone }: BulkBarProps) {
  const t = useTranslations('batches.bar');
  return (
    <Group className={classes['bar']} gap={8} role="group" aria-label={t('label')}>
      <Text size="sm" fw={500} aria-live="polite">
        {t('count', { count: selection.length })}
      </Text>
      <Button size="xs" variant="subtle" leftSection={<IconX size={14} aria-hidden />} onClick={onDone}>
        {t('clear')}
      </Button>
    </Group>
  );
}
