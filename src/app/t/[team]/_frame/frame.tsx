'use client';

import { ActionIcon, AppShell, Drawer, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMenu2 } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';

import { Wordmark } from '@/app/_ui/mark';
import { paths } from '@/lib/paths';

import type { FrameMember, FrameTeam } from './member';
import { MemberMenu } from './member-menu';
import { Palette } from './palette';
import { PaletteButton } from './palette-button';
import { Rail } from './rail';
import { TeamRoleProvider } from './team-role';
import { TeamSwitcher } from './team-switcher';

import classes from './frame.module.css';

export interface FrameProps {
  readonly team: FrameTeam;
  readonly teams: readonly FrameTeam[];
  readonly member: FrameMember;
  /** The indicator of running jobs, already connected to its data. */
  readonly runningJobs?: ReactNode | undefined;
  /** The bell with the member's notifications, already connected to its data. */
  readonly notifications?: ReactNode | undefined;
  readonly children: ReactNode;
}

const contentId = 'content';

/** What surrounds every page of a team: rail at the left (a drawer on small screens), bar at the top. */
export function Frame({ team, teams, member, runningJobs, notifications, children }: FrameProps) {
  const t = useTranslations('frame');
  const product = useTranslations('common')('product');
  const [isNavigationOpen, navigation] = useDisclosure(false);
  return (
    <>
      <a href={`#${contentId}`} className={classes['skip']}>
        {t('skipToContent')}
      </a>
      <AppShell
        layout="alt"
        header={{ height: 48 }}
        navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: true } }}
        transitionDuration={0}
      >
        <AppShell.Navbar className={classes['navbar']} visibleFrom="sm">
          <Link href={paths.machines(team.slug)} className={classes['home']}>
            <Wordmark name={product} />
          </Link>
          <Rail team={team.slug} role={team.role} isOperator={member.isOperator} />
        </AppShell.Navbar>
        <AppShell.Header className={classes['header']}>
          <Group gap={4} wrap="nowrap" className={classes['headerStart']}>
            <ActionIcon hiddenFrom="sm" size={36} aria-label={t('openNavigation')} onClick={navigation.open}>
              <IconMenu2 size={20} stroke={1.6} aria-hidden />
            </ActionIcon>
            <TeamSwitcher team={team} teams={teams} />
          </Group>
          <Group gap={4} wrap="nowrap">
            <PaletteButton />
            {runningJobs}
            {notifications}
            <MemberMenu member={member} />
          </Group>
        </AppShell.Header>
        <AppShell.Main id={contentId} tabIndex={-1} className={classes['main']}>
          <TeamRoleProvider role={team.role}>
            <div className={classes['page']}>{children}</div>
          </TeamRoleProvider>
        </AppShell.Main>
      </AppShell>
      <Drawer
        opened={isNavigationOpen}
        onClose={navigation.close}
        size={264}
        title={<Wordmark name={product} />}
        closeButtonProps={{ 'aria-label': t('closeNavigation') }}
        hiddenFrom="sm"
      >
        <Rail team={team.slug} role={team.role} isOperator={member.isOperator} onNavigate={navigation.close} />
      </Drawer>
      <Palette team={team} teams={teams} isOperator={member.isOperator} />
    </>
  );
}
