'use client';

import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';

import { FullPage } from './_ui/full-page';
import { PageError } from './_ui/page-error';

export interface ErrorPageProps {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const t = useTranslations('common');
  const router = useRouter();
  const [, startTransition] = useTransition();
  // A reset alone would show the server's old answer again.
  const reload = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <FullPage product={t('product')}>
      <PageError digest={error.digest} onReload={reload} />
    </FullPage>
  );
}
