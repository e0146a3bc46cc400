'use client';

import { useTranslations } from 'next-intl';

import { Notice } from '@/app/_ui/notice';
import { useClock } from '@/app/_ui/now';

import type { SignInOutcome } from './sign-in-with-password';

export type SignInRefusal = Exclude<SignInOutcome, { kind: 'signed-in' }>;

/** Why a sign-in failed and what to do. */
export function SignInFailure({ outcome }: { readonly outcome: SignInRefusal }) {
  const t = useTranslations('signIn');
  const errors = useTranslations('account.errors');
  switch (outcome.kind) {
    case 'rejected':
      return <Refusal title={t('rejected')} text={t('rejectedHint')} />;
    case 'too-many':
      return <TooMany retryAt={outcome.retryAt} />;
    case 'unreachable':
      return <Refusal title={errors('unreachable')} text={errors('unreachableHint')} />;
    case 'unexpected':
      return <Refusal title={errors('unexpected')} text={errors('unexpectedHint')} />;
  }
}

function Refusal({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <Notice tone="failed" role="alert" title={title}>
      {text}
    </Notice>
  );
}

/** Counts down, so that nobody has to compute with clocks. */
function TooMany({ retryAt }: { readonly retryAt: Date }) {
  const t = useTranslations('signIn');
  const minutes = useClock((nowMs) => Math.max(1, Math.ceil((retryAt.getTime() - nowMs) / 60_000)));
  return <Refusal title={t('tooMany')} text={t('tooManyHint', { minutes })} />;
}
