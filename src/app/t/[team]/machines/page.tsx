import { IconPlus } from '@tabler/icons-react';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { LinkButton } from '@/app/_ui/link-button';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { MachineList } from './_components/machine-list';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('machines');
  return { title: t('title') };
}

interface MachinesPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function MachinesPage({ params, searchParams }: MachinesPageProps) {
  const { team } = await params;
  const { team: membership } = await requireTeam(team);
  const { q } = await searchParams;
  const caller = await getCaller();
  const machines = await caller.machines.list({ team });
  const t = await getTranslations('machines');
  const mayCreate = roleReaches(membership.role, 'member');
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          mayCreate && (
            <LinkButton href={paths.newMachine(team)} leftSection={<IconPlus size={16} aria-hidden />}>
              {t('new')}
            </LinkButton>
          )
        }
      />
      <MachineList team={team} initial={machines} filter={typeof q === 'string' ? q : ''} mayCreate={mayCreate} />
    </>
  );
}
