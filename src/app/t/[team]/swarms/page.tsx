import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { SwarmActions } from './_components/swarm-actions';
import { Swarms } from './_components/swarms';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('swarms');
  return { title: t('title') };
}

interface SwarmsPageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export default async function SwarmsPage({ params }: SwarmsPageProps) {
  const { team } = await params;
  await requireTeam(team);
  const caller = await getCaller();
  const [swarms, t] = await Promise.all([caller.swarms.list({ team }), getTranslations('swarms')]);
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={<SwarmActions team={team} />} />
      <Swarms team={team} initial={swarms} />
    </>
  );
}
