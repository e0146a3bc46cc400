import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { requireTeam } from '@/trpc/require-team';

import { loadMachinePage, type MachinePageParams } from '../_components/load-machine-page';
import { AccessTab } from './_components/access-tab';

interface PageProps {
  readonly params: Promise<MachinePageParams>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { machine } = await params;
  const t = await getTranslations('machines.tabs');
  return { title: `${decodeURIComponent(machine)} · ${t('access')}` };
}

export default async function Page({ params }: PageProps) {
  const { team, machine } = await params;
  const { team: membership } = await requireTeam(team);
  return <AccessTab team={team} role={membership.role} initial={await loadMachinePage(team, machine)} />;
}
