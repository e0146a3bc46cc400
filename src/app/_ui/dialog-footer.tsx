'use client';

import { Button, Group } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

import { useHeldDialog } from './dialog';
import { DisabledReason } from './disabled-reason';

export interface DialogFooterProps {
  readonly onCancel: () => void;
  /** Left out: "Cancel". */
  readonly cancelLabel?: string | undefined;
  /** The key that is pressed without reading is to change nothing. */
  readonly focusesCancel?: boolean | undefined;
  /** It is being done: the dialog stays until it has ended. */
  readonly isPending: boolean;
  /** The button that does it. */
  readonly children: ReactNode;
}

/** How a dialog ends: not at all, or with what it is for. */
export function DialogFooter({ onCancel, cancelLabel, focusesCancel = false, isPending, children }: DialogFooterProps) {
  const t = useTranslations('common');
  useHeldDialog(isPending);
  return (
    <Group justify="flex-end" gap="xs">
      <DisabledReason reason={isPending ? t('beingDone') : undefined}>
        <Button variant="default" onClick={onCancel} data-autofocus={focusesCancel || undefined}>
          {cancelLabel ?? t('cancel')}
        </Button>
      </DisabledReason>
      {children}
    </Group>
  );
}
