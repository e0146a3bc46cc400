import { IconPlus } from '@tabler/icons-react';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { LinkButton } from '@/app/_ui/link-button';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { HypervisorList } from './_components/hypervisor-list';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('hypervisors');
  return { title: t('title') };
}

interface HypervisorsPageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export default async function HypervisorsPage({ params }: HypervisorsPageProps) {
  const { team: slug } = await params;
  const { team } = await requireTeam(slug);
  const caller = await getCaller();
  const [hosts, t] = await Promise.all([caller.hypervisors.list({ team: slug }), getTranslations('hypervisors')]);
  const mayManage = roleReaches(team.role, 'admin');
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          mayManage && (
            <LinkButton href={paths.newHypervisor(slug)} leftSection={<IconPlus size={16} aria-hidden />}>
              {t('register')}
            </LinkButton>
          )
        }
      />
      <HypervisorList team={slug} mayManage={mayManage} initial={hosts} />
    </>
  );
}
