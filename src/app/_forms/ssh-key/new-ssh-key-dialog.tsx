'use client';

import { Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { Dialog } from '@/app/_ui/dialog';
import { DialogWays } from '@/app/_ui/dialog-ways';

import { ImportKeyForm } from './import-key-form';
import { MakeKeyForm } from './make-key-form';

export interface NewSshKeyDialogProps {
  readonly team: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onMade: (id: string, isMadeHere: boolean) => void;
}

const ways = ['make', 'import'] as const;

/** A new SSH key for the team: made by the console, or one that the member has. */
export function NewSshKeyDialog({ team, isOpen, onClose, onMade }: NewSshKeyDialogProps) {
  const t = useTranslations('sshKeys.new');
  const [way, setWay] = useState<(typeof ways)[number]>('make');
  return (
    <Dialog opened={isOpen} onClose={onClose} title={t('title')} size="lg">
      <Stack gap="md">
        <DialogWays
          label={t('title')}
          value={way}
          onChange={setWay}
          ways={ways.map((value) => ({ value, label: t(`ways.${value}`) }))}
        />
        {way === 'make' ? (
          <MakeKeyForm team={team} onCancel={onClose} onMade={(id) => onMade(id, true)} />
        ) : (
          <ImportKeyForm team={team} onCancel={onClose} onMade={(id) => onMade(id, false)} />
        )}
      </Stack>
    </Dialog>
  );
}
