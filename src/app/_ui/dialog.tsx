'use client';

import { Modal, type ModalProps } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { createContext, useContext, useEffect, useState } from 'react';

const Hold = createContext<(isHeld: boolean) => void>(() => undefined);

/** Whether what the dialog around is for is being done: what would take its form away rests until then. */
export const DialogHeld = createContext(false);

/**
 * Asks for something over the page. While that is being done it stays, whatever key or button would close it: how it ended stands
 * in it, and nothing takes back what was sent.
 */
export function Dialog({ onClose, ...props }: ModalProps) {
  const t = useTranslations('common');
  const [isHeld, hold] = useState(false);
  return (
    <Hold value={hold}>
      <DialogHeld value={isHeld}>
        <Modal
          {...props}
          onClose={isHeld ? () => undefined : onClose}
          closeButtonProps={{ 'aria-label': t('close'), disabled: isHeld }}
        />
      </DialogHeld>
    </Hold>
  );
}

/** Keeps the dialog around open while `isHeld`. */
export function useHeldDialog(isHeld: boolean): void {
  const hold = useContext(Hold);
  useEffect(() => {
    hold(isHeld);
    return () => hold(false);
  }, [hold, isHeld]);
}
