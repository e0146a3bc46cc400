'use client';

import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { DisabledReason } from '@/app/_ui/disabled-reason';

import { openInviteDialog } from './invite-address';

/** Opens the dialog that makes a link; tells who may where this person may not. */
export function InviteButton({ team, mayInvite }: { readonly team: string; readonly mayInvite: boolean }) {
  const t = useTranslations('team');
  const common = useTranslations('common');
  return (
    <DisabledReason reason={mayInvite ? undefined : common('needsRole', { role: 'admin' })}>
      <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => openInviteDialog(team)}>
        {t('invite.action')}
      </Button>
    </DisabledReason>
  );
}
