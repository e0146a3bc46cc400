'use client';

import { Progress } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useId } from 'react';

import { SecretInput, type SecretInputProps } from '@/app/_ui/secret-input';
import { passwordLength } from '@/lib/account';
import { type PasswordStrength, passwordStrength } from '@/lib/password-strength';

import classes from './account.module.css';

export interface NewPasswordInputProps extends Omit<SecretInputProps, 'value'> {
  readonly value?: string;
  /** Words that make a poor password here: the person's name and address, the team's name. */
  readonly own?: readonly string[];
  /** The least number of characters, where it is not that of an account's password. */
  readonly least?: number;
}

const meters: Readonly<Record<PasswordStrength, { value: number; color: string }>> = {
  short: { value: 12, color: 'gray' },
  weak: { value: 35, color: 'yellow' },
  fair: { value: 65, color: 'harbour' },
  strong: { value: 100, color: 'green' },
};

/** A password to choose, with a hint of how hard it is to guess. */
export function NewPasswordInput({ own = [], least = passwordLength.min, ...input }: NewPasswordInputProps) {
  const t = useTranslations('account.strength');
  const id = useId();
  const value = input.value ?? '';
  const strength = passwordStrength(value, own);
  const meter = meters[strength];
  return (
    <div>
      <SecretInput autoComplete="new-password" aria-describedby={id} {...input} />
      <div className={classes['strength']} id={id}>
        <Progress value={value === '' ? 0 : meter.value} color={meter.color} size={4} aria-hidden />
        <span aria-live="polite">{value === '' ? t('hint', { min: least }) : `${t('label')}: ${t(strength)}`}</span>
      </div>
    </div>
  );
}
