import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { requireTeam } from '@/trpc/require-team';

import { loadMachinePage, type MachinePageParams } from '../_components/load-machine-page';
import { ConnectMachine } from './_components/connect-machine';

interface PageProps {
  readonly params: Promise<MachinePageParams>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { machine } = await params;
  const t = await getTranslations('machines.tabs');
  return { title: `${decodeURIComponent(machine)} · ${t('connect')}` };
}

export default async function Page({ params }: PageProps) {
  const { team, machine } = await params;
  const { team: membership } = await requireTeam(team);
  return <ConnectMachine team={team} role={membership.role} initial={await loadMachinePage(team, machine)} />;
}
