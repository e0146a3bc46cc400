import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { EmptyState } from '@/app/_ui/empty-state';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';

import { PageHeader } from '../../../_frame/page-header';
import { HypervisorForm } from '../../_components/hypervisor-form';
import { type HypervisorPageParams, loadHypervisorPage } from '../_components/load-hypervisor-page';

interface PageProps {
  readonly params: Promise<HypervisorPageParams>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { team, host } = await params;
  const [{ name }, t] = await Promise.all([loadHypervisorPage(team, host), getTranslations('hypervisors.form')]);
  return { title: t('titleEdit', { name }) };
}

export default async function Page({ params }: PageProps) {
  const { team: slug, host: id } = await params;
  const { me, team } = await requireTeam(slug);
  const [host, t] = await Promise.all([loadHypervisorPage(slug, id), getTranslations('hypervisors')]);
  const common = await getTranslations('common');
  const title = t('form.titleEdit', { name: host.name });
  if (!roleReaches(team.role, 'admin')) {
    return <EmptyState isPage title={title} description={common('needsRole', { role: 'admin' })} />;
  }
  return (
    <>
      <PageHeader
        title={title}
        breadcrumbs={[
          { label: t('title'), href: paths.hypervisors(slug) },
          { label: host.name, href: paths.hypervisor(slug, id) },
        ]}
      />
      <HypervisorForm team={slug} isOperator={me.isOperator} host={host} />
    </>
  );
}
