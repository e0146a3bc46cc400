'use client';

import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTranslations } from 'next-intl';

export interface SecretInputProps extends Omit<PasswordInputProps, 'visibilityToggleButtonProps' | 'label'> {
  readonly label: string;
}

/**
 * A secret of a machine (a sudo password, a token), hidden until asked. Browsers offer to keep account passwords in
 * such fields; `autoComplete` "new-password" keeps them from filling in the member's own.
 */
export function SecretInput({ label, ...others }: SecretInputProps) {
  const t = useTranslations('common.secret');
  return (
    <PasswordInput
      label={label}
      autoComplete="new-password"
      spellCheck={false}
      visibilityToggleButtonProps={{ 'aria-label': t('show', { name: label }), tabIndex: 0 }}
      {...others}
    />
  );
}
