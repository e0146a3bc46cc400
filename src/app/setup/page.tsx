import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';

import { FullPage } from '@/app/_ui/full-page';
import { LinkButton } from '@/app/_ui/link-button';
import { paths } from '@/lib/paths';
import { getCaller } from '@/trpc/server';

import { SetupForm } from './_components/setup-form';

import styles from '@/app/_account/account.module.css';
import classes from '@/app/_ui/full-page.module.css';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('setup');
  // The link's token must not travel to another page in a Referer header, not even of this site.
  return { title: t('title'), referrer: 'no-referrer' };
}

interface SetupPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function SetupPage({ searchParams }: SetupPageProps) {
  const { token: given } = await searchParams;
  const token = typeof given === 'string' ? given.slice(0, 200) : undefined;
  const [caller, t, common, requestHeaders] = await Promise.all([
    getCaller(),
    getTranslations('setup'),
    getTranslations('common'),
    headers(),
  ]);
  const state = await caller.setup.describe({ token });
  if (state === 'ready' && token !== undefined) {
    return (
      <FullPage product={common('product')} width="30rem">
        <h1 className={classes['title']}>{t('title')}</h1>
        <p className={classes['text']}>{t('description')}</p>
        <SetupForm token={token} url={requestHeaders.get('host') ?? ''} />
      </FullPage>
    );
  }
  const panel = (title: string, description: string, rest: ReactNode) => (
    <FullPage product={common('product')}>
      <h1 className={classes['title']}>{title}</h1>
      <p className={classes['text']}>{description}</p>
      {rest}
    </FullPage>
  );
  if (state === 'done') {
    return panel(
      t('done.title'),
      t('done.description'),
      <LinkButton href={paths.signIn()}>{t('done.signIn')}</LinkButton>,
    );
  }
  if (state === 'link-missing') {
    return panel(
      t('missing.title'),
      t('missing.description'),
      <>
        <h2 className={styles['subtitle']}>{t('missing.where')}</h2>
        <p className={styles['line']}>{t('missing.terminal')}</p>
        <p className={styles['line']}>
          {t.rich('missing.unattended', { code: (name) => <code className={styles['setting']}>{name}</code> })}
        </p>
      </>,
    );
  }
  return panel(
    t('invalid.title'),
    t('invalid.description'),
    <>
      <h2 className={styles['subtitle']}>{t('invalid.where')}</h2>
      <p className={styles['line']}>{t('invalid.restart')}</p>
    </>,
  );
}
