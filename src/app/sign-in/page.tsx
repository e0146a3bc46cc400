import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { redirect } from 'next/navigation';

import { FullPage } from '@/app/_ui/full-page';
import { parseLocalPath } from '@/lib/local-path';
import { paths } from '@/lib/paths';
import { findMe } from '@/trpc/me';
import { getCaller } from '@/trpc/server';

import { SignInForm } from './_components/sign-in-form';

import classes from '@/app/_ui/full-page.module.css';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('signIn');
  return { title: t('title') };
}

interface SignInPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next } = await searchParams;
  const target = parseLocalPath(typeof next === 'string' ? next : undefined) ?? paths.home();
  if (await findMe()) redirect(target);
  const caller = await getCaller();
  if ((await caller.setup.describe({})) !== 'done') redirect(paths.setUp());
  const [t, common] = await Promise.all([getTranslations('signIn'), getTranslations('common')]);
  return (
    <FullPage product={common('product')}>
      <h1 className={classes['title']} style={{ marginBottom: 16 }}>
        {t('title')}
      </h1>
      <SignInForm next={target} />
    </FullPage>
  );
}
