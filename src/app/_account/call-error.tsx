'use client';

import { useTranslations } from 'next-intl';

import { ErrorState } from '@/app/_ui/error-state';
import { Notice } from '@/app/_ui/notice';
import { findClientError } from '@/trpc/client-error';

export interface CallErrorProps {
  readonly error: unknown;
  /** The form's fields: an error that stands at one of them already is not told a second time. */
  readonly fields?: readonly string[];
}

/** Why a call failed, where the act was: the console's own sentence, or that the console does not answer. */
export function CallError({ error, fields = [] }: CallErrorProps) {
  const t = useTranslations('account.errors');
  if (error === null || error === undefined) return null;
  const known = findClientError(error);
  if (!known) {
    return (
      <Notice tone="failed" role="alert" title={t('unreachable')}>
        {t('unreachableHint')}
      </Notice>
    );
  }
  const atFields = Object.keys(known.fieldErrors ?? {});
  if (atFields.length > 0 && atFields.every((field) => fields.includes(field))) return null;
  return <ErrorState error={known} />;
}
