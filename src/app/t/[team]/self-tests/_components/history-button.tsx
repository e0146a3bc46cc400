'use client';

import { UnstyledButton } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { Mono } from '@/app/_ui/mono';

/** The name of a machine, as a button that opens the history of its tests. */
export function HistoryButton({ name, onOpen }: { readonly name: string; readonly onOpen: () => void }) {
  const t = useTranslations('selfTests');
  return (
    <UnstyledButton fz="sm" c="var(--mantine-color-anchor)" onClick={onOpen} aria-label={t('historyOf', { name })}>
      <Mono>{name}</Mono>
    </UnstyledButton>
  );
}
