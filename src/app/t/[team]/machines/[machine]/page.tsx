import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { requireTeam } from '@/trpc/require-team';

import { loadMachinePage, type MachinePageParams } from './_components/load-machine-page';
import { MachineOverview } from './_components/machine-overview';

interface MachinePageProps {
  readonly params: Promise<MachinePageParams>;
}

export async function generateMetadata({ params }: MachinePageProps): Promise<Metadata> {
  const { machine } = await params;
  const t = await getTranslations('machines.tabs');
  return { title: `${decodeURIComponent(machine)} · ${t('overview')}` };
}

export default async function MachinePage({ params }: MachinePageProps) {
  const { team, machine } = await params;
  await requireTeam(team);
  return <MachineOverview team={team} initial={await loadMachinePage(team, machine)} />;
}
