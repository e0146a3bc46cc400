import type { ReactNode } from 'react';

import { requireTeam } from '@/trpc/require-team';

import { Frame } from './_frame/frame';
import { NotificationsIndicator } from './_frame/notifications-indicator';
import { RunningJobsIndicator } from './_live/running-jobs-indicator';
import { TeamLiveProvider } from './_live/team-live';

export interface TeamLayoutProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly children: ReactNode;
}

/** The frame around a team's pages. Each page authorises for itself as well: a layout is not rendered again on the way. */
export default async function TeamLayout({ params, children }: TeamLayoutProps) {
  const { me, team } = await requireTeam((await params).team);
  return (
    <TeamLiveProvider team={team.slug} key={team.slug}>
      <Frame
        team={team}
        teams={me.teams}
        member={{ ...me.user, isOperator: me.isOperator }}
        runningJobs={<RunningJobsIndicator team={team.slug} />}
        notifications={<NotificationsIndicator team={team.slug} />}
      >
        {children}
      </Frame>
    </TeamLiveProvider>
  );
}
