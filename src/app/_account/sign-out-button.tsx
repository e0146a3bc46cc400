'use client';

import { Button } from '@mantine/core';
import { signOut } from 'next-auth/react';
import { useTranslations } from 'next-intl';

import { paths } from '@/lib/paths';

/** The way out where there is no frame with its menu. */
export function SignOutButton() {
  const t = useTranslations('settings.account');
  return (
    <Button variant="default" onClick={() => void signOut({ callbackUrl: paths.signIn() })}>
      {t('signOut')}
    </Button>
  );
}
