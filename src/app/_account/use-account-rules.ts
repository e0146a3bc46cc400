'use client';

import { useTranslations } from 'next-intl';

import { emailSchema, newPasswordSchema, passwordLength, personNameSchema } from '@/lib/account';

/** The rules for a person's fields, as a form asks them: a sentence, or null when the value may be sent. */
export function useAccountRules() {
  const t = useTranslations('account.errors');
  return {
    name: (value: string) => (personNameSchema.safeParse(value).success ? null : t('name')),
    email: (value: string) => (emailSchema.safeParse(value).success ? null : t('email')),
    typedPassword: (value: string) => (value === '' ? t('passwordEmpty') : null),
    newPassword: (value: string) => {
      if (newPasswordSchema.safeParse(value).success) return null;
      return value.length < passwordLength.min
        ? t('passwordShort', { min: passwordLength.min })
        : t('passwordLong', { max: passwordLength.max });
    },
  };
}
