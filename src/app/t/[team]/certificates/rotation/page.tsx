import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { paths } from '@/lib/paths';
import { requireTeam } from '@/trpc/require-team';

import { PageHeader } from '../../_frame/page-header';
import { RotationView } from './_components/rotation-view';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('rotation');
  return { title: t('title') };
}

interface RotationPageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export default async function RotationPage({ params }: RotationPageProps) {
  const { team } = await params;
  await requireTeam(team);
  const [t, authorities] = await Promise.all([getTranslations('rotation'), getTranslations('authorities')]);
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        breadcrumbs={[{ label: authorities('title'), href: paths.certificates(team, { tab: 'authorities' }) }]}
      />
      <RotationView team={team} />
    </>
  );
}
