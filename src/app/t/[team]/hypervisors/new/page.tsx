import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { EmptyState } from '@/app/_ui/empty-state';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';

import { PageHeader } from '../../_frame/page-header';
import { HypervisorForm } from '../_components/hypervisor-form';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('hypervisors.form');
  return { title: t('titleNew') };
}

interface NewHypervisorPageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export default async function NewHypervisorPage({ params }: NewHypervisorPageProps) {
  const { team: slug } = await params;
  const { me, team } = await requireTeam(slug);
  const t = await getTranslations('hypervisors');
  const common = await getTranslations('common');
  if (!roleReaches(team.role, 'admin')) {
    return <EmptyState isPage title={t('form.titleNew')} description={common('needsRole', { role: 'admin' })} />;
  }
  return (
    <>
      <PageHeader
        title={t('form.titleNew')}
        description={t('form.description')}
        breadcrumbs={[{ label: t('title'), href: paths.hypervisors(slug) }]}
      />
      <HypervisorForm team={slug} isOperator={me.isOperator} />
    </>
  );
}
