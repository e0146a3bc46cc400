import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { paths } from '@/lib/paths';

import { FullPage } from './_ui/full-page';
import { LinkButton } from './_ui/link-button';

import classes from './_ui/full-page.module.css';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('errors.notFound');
  return { title: t('title') };
}

export default async function NotFound() {
  const [t, common] = await Promise.all([getTranslations('errors.notFound'), getTranslations('common')]);
  return (
    <FullPage product={common('product')}>
      <h1 className={classes['title']}>{t('title')}</h1>
      <p className={classes['text']}>{t('description')}</p>
      <LinkButton href={paths.home()}>{t('home')}</LinkButton>
    </FullPage>
  );
}
