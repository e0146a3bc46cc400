import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';

import { paths } from '@/lib/paths';
import { requireTeam } from '@/trpc/require-team';

import { PageHeader } from '../../_frame/page-header';
import { LiveMachineBadge } from './_components/live-machine-badge';
import { loadMachinePage, type MachinePageParams } from './_components/load-machine-page';
import { MachineActions } from './_components/machine-actions';
import { MachineTabs } from './_components/machine-tabs';
import { TakenBack } from './_components/taken-back';

interface MachineLayoutProps {
  readonly params: Promise<MachinePageParams>;
  readonly children: ReactNode;
}

export default async function MachineLayout({ params, children }: MachineLayoutProps) {
  const { team, machine: name } = await params;
  const { team: membership } = await requireTeam(team);
  const machine = await loadMachinePage(team, name);
  const t = await getTranslations('machines');
  return (
    <>
      <PageHeader
        title={machine.name}
        isName
        badge={<LiveMachineBadge team={team} initial={machine} />}
        breadcrumbs={[{ label: t('title'), href: paths.machines(team) }]}
        actions={<MachineActions team={team} initial={machine} role={membership.role} />}
      >
        <MachineTabs team={team} machine={machine.name} />
      </PageHeader>
      <TakenBack team={team} initial={machine} />
      {children}
    </>
  );
}
