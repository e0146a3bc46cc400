'use client';

import { useTranslations } from 'next-intl';
import { usePathname } from 'next/navigation';

import { ErrorState } from '@/app/_ui/error-state';
import { LinkButton } from '@/app/_ui/link-button';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import { findClientError } from '@/trpc/client-error';
import { isFailedQuestion } from '@/trpc/failed-question';

export interface CallErrorProps {
  readonly error: unknown;
  /** The form's fields: an error that stands at one of them already is not told a second time. */
  readonly fields?: readonly string[];
}

/**
 * Why a call failed, where the act was: the console's own sentence, or that the console does not answer, and then what is not known.
 */
export function CallError({ error, fields = [] }: CallErrorProps) {
  const t = useTranslations('account.errors');
  if (error === null || error === undefined) return null;
  const known = findClientError(error);
  if (!known) {
    return (
      <Notice tone="failed" role="alert" title={t('unreachable')}>
        {t(isFailedQuestion(error) ? 'unreachableHint' : 'unansweredHint')}
      </Notice>
    );
  }
  const atFields = Object.keys(known.fieldErrors ?? {});
  if (atFields.length > 0 && atFields.every((field) => fields.includes(field))) return null;
  return <ErrorState error={known}>{known.code === 'auth.sign-in-required' && <SignInAgain />}</ErrorState>;
}

/** The way on where the session has ended while the page was open; it leads back here. */
function SignInAgain() {
  const t = useTranslations('signIn');
  const path = usePathname();
  return (
    <LinkButton size="xs" variant="default" href={paths.signIn({ next: path })}>
      {t('submit')}
    </LinkButton>
  );
}
