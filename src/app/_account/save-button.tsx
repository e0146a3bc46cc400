'use client';

import { Button, Group } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { DisabledReason } from '@/app/_ui/disabled-reason';
import { StatusBadge } from '@/app/_ui/status-badge';

export interface SaveButtonProps {
  readonly isPending: boolean;
  /** The last save went well and nothing was changed since. */
  readonly isSaved: boolean;
  /** Why it cannot be pressed now. */
  readonly reason?: string | undefined;
  readonly label?: string;
}

/** Saves a section, and says beside itself that it did. */
export function SaveButton({ isPending, isSaved, reason, label }: SaveButtonProps) {
  const t = useTranslations('settings');
  return (
    <Group gap={12}>
      <DisabledReason reason={reason}>
        <Button type="submit" loading={isPending}>
          {label ?? t('save')}
        </Button>
      </DisabledReason>
      <span aria-live="polite">{isSaved && <StatusBadge tone="ok">{t('saved')}</StatusBadge>}</span>
    </Group>
  );
}
