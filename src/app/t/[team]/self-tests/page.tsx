import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { requireTeam } from '@/trpc/require-team';

import { PageHeader } from '../_frame/page-header';
import { SelfTests } from './_components/self-tests';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('selfTests');
  return { title: t('title') };
}

interface SelfTestsPageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export default async function SelfTestsPage({ params }: SelfTestsPageProps) {
  const { team } = await params;
  await requireTeam(team);
  const t = await getTranslations('selfTests');
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <SelfTests team={team} />
    </>
  );
}
