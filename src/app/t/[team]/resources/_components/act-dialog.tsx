'use client';

import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { ConfirmByName } from '@/app/_ui/confirm-by-name';

import type { Resource } from './resource-types';

export interface ActDialogProps {
  readonly act: 'remove' | 'forget';
  readonly resource: Resource;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before a thing is removed or given up, with what that means for exactly this thing. */
export function ActDialog({ act, resource, isPending, error, onConfirm, onClose }: ActDialogProps) {
  const t = useTranslations('resources.dialog');
  const { kind, name, providerId } = resource;
  const thing = t('thing', { kind, name, id: providerId ?? t('noId') });
  return (
    <ConfirmByName
      isOpen
      onClose={onClose}
      title={t(`${act}.title`, { name })}
      name={name}
      losses={[t(`${act}.loss`, { thing }), t(`${act}.hint`)]}
      confirmLabel={t(`${act}.confirm`)}
      onConfirm={onConfirm}
      isPending={isPending}
      failure={<CallError error={error} />}
    />
  );
}
