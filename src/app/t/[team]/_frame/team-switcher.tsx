'use client';

import { Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { paths } from '@/lib/paths';

import type { FrameTeam } from './member';

import classes from './frame.module.css';

export interface TeamSwitcherProps {
  readonly team: FrameTeam;
  readonly teams: readonly FrameTeam[];
}

/** The team's name; a menu when there are others to go to. */
export function TeamSwitcher({ team, teams }: TeamSwitcherProps) {
  const t = useTranslations('frame');
  if (teams.length < 2) return <span className={classes['team']}>{team.name}</span>;
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <UnstyledButton
          className={classes['team']}
          data-button
          aria-label={t('teamSwitcher.label', { name: team.name })}
        >
          <span>{team.name}</span>
          <IconSelector size={16} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('teamSwitcher.heading')}</Menu.Label>
        {teams.map(({ slug, name, role }) => (
          <Menu.Item
            key={slug}
            component={Link}
            href={paths.machines(slug)}
            aria-current={slug === team.slug ? 'true' : undefined}
            rightSection={slug === team.slug ? <IconCheck size={16} stroke={1.8} aria-hidden /> : null}
          >
            {name}
            <span className={classes['quiet']}>{t(`role.${role}`)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
