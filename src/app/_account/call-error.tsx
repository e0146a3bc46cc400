'use client';

import { useTranslations } from 'next-intl';

import { ErrorState } from '@/app/_ui/error-state';
import { Notice } from '@/app/_ui/notice';
import { findClientError } from '@/trpc/client-error';

/** Why a call failed, where the act was: the console's own sentence, or that the console does not answer. */
export function CallError({ error }: { readonly error: unknown }) {
  const t = useTranslations('account.errors');
  if (error === null || error === undefined) return null;
  const known = findClientError(error);
  if (known) return <ErrorState error={known} />;
  return (
    <Notice tone="failed" role="alert" title={t('unreachable')}>
      {t('unreachableHint')}
    </Notice>
  );
}
