'use client';

import { Button, Group } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

export interface DialogFooterProps {
  readonly onCancel: () => void;
  /** While it is being done there is nothing to cancel any more. */
  readonly isPending?: boolean;
  /** The button that does it. */
  readonly children: ReactNode;
}

/** How a dialog ends: not at all, or with what it is for. */
export function DialogFooter({ onCancel, isPending = false, children }: DialogFooterProps) {
  const t = useTranslations('common');
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onCancel} disabled={isPending}>
        {t('cancel')}
      </Button>
      {children}
    </Group>
  );
}
