'use client';

import { IconPencil, IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import type { Credential } from '@/app/_forms/credential/credential-form';
import { RowMenu } from '@/app/_ui/row-menu';

export interface CredentialMenuProps {
  readonly credential: Credential;
  readonly mayManage: boolean;
  readonly onCheck: () => void;
  readonly onChange: () => void;
  readonly onRemove: () => void;
}

/** What can be done with one credential; what cannot says why. */
export function CredentialMenu({ credential, mayManage, onCheck, onChange, onRemove }: CredentialMenuProps) {
  const t = useTranslations('credentials');
  const common = useTranslations('common');
  const { machines } = credential;
  const needsAdmin = mayManage ? undefined : common('needsRole', { role: 'admin' });
  const inUse = machines.length > 0 ? t('act.inUse', { machines: machines.join(', ') }) : undefined;
  return (
    <RowMenu
      name={credential.name}
      actions={[
        { key: 'check', label: t('act.check'), icon: IconPlugConnected, onSelect: onCheck },
        { key: 'change', label: t('act.change'), icon: IconPencil, onSelect: onChange, disabledReason: needsAdmin },
        {
          key: 'remove',
          label: t('act.remove'),
          icon: IconTrash,
          onSelect: onRemove,
          isDestructive: true,
          disabledReason: needsAdmin ?? inUse,
        },
      ]}
    />
  );
}
