'use client';

import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconArrowsExchange, IconPlus, IconSearch } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';

import type { FrameTeam } from './member';
import { navigationFor } from './navigation';
import { type PaletteAction, useRegisteredPaletteActions } from './palette-actions';

export interface PaletteProps {
  readonly team: FrameTeam;
  readonly teams: readonly FrameTeam[];
}

/** Ctrl/Cmd-K: go to any page and do anything that the role allows. */
export function Palette({ team, teams }: PaletteProps) {
  const t = useTranslations('frame.palette');
  const router = useRouter();
  const own = useOwnActions({ team, teams });
  const actions = [...useRegisteredPaletteActions(), ...own];

  const select = ({ href, onSelect }: PaletteAction) => {
    if (href !== undefined) router.push(href);
    onSelect?.();
  };
  return (
    <Spotlight
      actions={grouped(actions, select)}
      nothingFound={t('nothing')}
      highlightQuery
      limit={12}
      scrollable
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      maxHeight={400}
      shortcut="mod + K"
      // The shortcut has to work while a field has the focus, too.
      tagsToIgnore={[]}
      transitionProps={{ duration: 100 }}
      attributes={{ content: { 'aria-label': t('open') } }}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} aria-hidden />,
        placeholder: t('placeholder'),
        'aria-label': t('placeholder'),
      }}
    />
  );
}

function useOwnActions({ team, teams }: PaletteProps): readonly PaletteAction[] {
  const t = useTranslations('frame');
  const pages = navigationFor(team.role).map(({ key, path, icon }) => ({
    id: `page-${key}`,
    group: t('palette.pages'),
    label: t(`rail.${key}`),
    icon,
    href: path(team.slug),
  }));
  const newMachine = {
    id: 'new-machine',
    group: t('palette.actions'),
    label: t('palette.newMachine'),
    icon: IconPlus,
    href: paths.newMachine(team.slug),
  };
  const others = teams
    .filter(({ slug }) => slug !== team.slug)
    .map(({ slug, name }) => ({
      id: `team-${slug}`,
      group: t('palette.teams'),
      label: name,
      icon: IconArrowsExchange,
      href: paths.machines(slug),
    }));
  return [...(roleReaches(team.role, 'member') ? [newMachine] : []), ...pages, ...others];
}

function grouped(
  actions: readonly PaletteAction[],
  select: (action: PaletteAction) => void,
): SpotlightActionGroupData[] {
  const groups = new Map<string, PaletteAction[]>();
  for (const action of actions) groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
  return [...groups].map(([group, members]) => ({
    group,
    actions: members.map((action) => ({
      id: action.id,
      label: action.label,
      highlightColor: 'harbour.2',
      onClick: () => select(action),
      ...(action.description === undefined ? {} : { description: action.description }),
      ...(action.keywords && { keywords: [...action.keywords] }),
      ...(action.icon && { leftSection: <action.icon size={18} stroke={1.6} aria-hidden /> }),
    })),
  }));
}
