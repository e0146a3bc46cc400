import { IconPencil } from '@tabler/icons-react';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { LinkButton } from '@/app/_ui/link-button';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';

import { PageHeader } from '../../_frame/page-header';
import { HypervisorPage } from './_components/hypervisor-page';
import { type HypervisorPageParams, loadHypervisorPage } from './_components/load-hypervisor-page';
import { LiveStandingBadge } from './_components/use-hypervisor';

interface PageProps {
  readonly params: Promise<HypervisorPageParams>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { team, host } = await params;
  return { title: (await loadHypervisorPage(team, host)).name };
}

export default async function Page({ params }: PageProps) {
  const { team: slug, host: id } = await params;
  const { team } = await requireTeam(slug);
  const [host, t] = await Promise.all([loadHypervisorPage(slug, id), getTranslations('hypervisors')]);
  const mayManage = roleReaches(team.role, 'admin');
  return (
    <>
      <PageHeader
        title={host.name}
        badge={<LiveStandingBadge team={slug} initial={host} />}
        breadcrumbs={[{ label: t('title'), href: paths.hypervisors(slug) }]}
        actions={
          mayManage && (
            <LinkButton
              variant="default"
              href={paths.editHypervisor(slug, id)}
              leftSection={<IconPencil size={16} aria-hidden />}
            >
              {t('page.edit')}
            </LinkButton>
          )
        }
      />
      <HypervisorPage team={slug} mayManage={mayManage} initial={host} />
    </>
  );
}
