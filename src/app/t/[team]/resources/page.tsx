import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { resourceFilterOf } from './_components/resource-filter';
import { Resources } from './_components/resources';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('resources');
  return { title: t('title') };
}

interface ResourcesPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function ResourcesPage({ params, searchParams }: ResourcesPageProps) {
  const { team } = await params;
  await requireTeam(team);
  const { machine, show } = await searchParams;
  const filter = resourceFilterOf({ machine, show });
  const caller = await getCaller();
  const [firstPage, tombstones, t] = await Promise.all([
    caller.resources.list({ team, ...filter }),
    caller.resources.tombstones({ team }),
    getTranslations('resources'),
  ]);
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Resources team={team} initial={{ filter, firstPage, tombstones }} />
    </>
  );
}
