'use client';

import { IconArrowsExchange, IconDisc, IconKey, IconPlus } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';

import type { FrameTeam } from './member';
import { navigationFor } from './navigation';
import type { PaletteAction } from './palette-action';

/** What the palette offers on every page: the rail's pages, what the role may begin, the other teams. */
export function usePageActions(
  team: FrameTeam,
  teams: readonly FrameTeam[],
  isOperator: boolean,
): readonly PaletteAction[] {
  const t = useTranslations('frame');
  const newMachine = {
    id: 'new-machine',
    group: t('palette.actions'),
    label: t('palette.newMachine'),
    icon: IconPlus,
    href: paths.newMachine(team.slug),
  };
  const addCredential = {
    id: 'add-credential',
    group: t('palette.actions'),
    label: t('palette.addCredential'),
    icon: IconKey,
    href: paths.credentials(team.slug, { add: 1 }),
  };
  const addImage = {
    id: 'add-image',
    group: t('palette.actions'),
    label: t('palette.addImage'),
    icon: IconDisc,
    href: paths.images(team.slug, { add: 'catalogue' }),
  };
  const pages = navigationFor(team.role, isOperator).map(({ key, path, icon }) => ({
    id: `page-${key}`,
    group: t('palette.pages'),
    label: t(`rail.${key}`),
    icon,
    href: path(team.slug),
  }));
  const others = teams
    .filter(({ slug }) => slug !== team.slug)
    .map(({ slug, name }) => ({
      id: `team-${slug}`,
      group: t('palette.teams'),
      label: name,
      icon: IconArrowsExchange,
      href: paths.machines(slug),
    }));
  return [
    ...(roleReaches(team.role, 'member') ? [newMachine] : []),
    ...(roleReaches(team.role, 'admin') ? [addCredential, addImage] : []),
    ...pages,
    ...others,
  ];
}
