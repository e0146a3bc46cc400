'use client';

import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import type { FrameTeam } from './member';
import type { PaletteAction } from './palette-action';
import { useMachineActions } from './use-machine-actions';
import { usePageActions } from './use-page-actions';

export interface PaletteProps {
  readonly team: FrameTeam;
  readonly teams: readonly FrameTeam[];
  readonly isOperator: boolean;
}

/** Ctrl/Cmd-K: go to any page or machine and begin anything that the role allows. */
export function Palette({ team, teams, isOperator }: PaletteProps) {
  const t = useTranslations('frame.palette');
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [query, setQuery] = useState('');
  const pages = usePageActions(team, teams, isOperator);
  const machines = useMachineActions(team, { isOpen, query });
  return (
    <Spotlight
      actions={grouped([...pages, ...machines], ({ href }) => router.push(href))}
      query={query}
      onQueryChange={setQuery}
      onSpotlightOpen={() => setIsOpen(true)}
      onSpotlightClose={() => setIsOpen(false)}
      nothingFound={t('nothing')}
      highlightQuery
      // Every machine that was found, and what can be done to the first of them.
      limit={48}
      scrollable
      maxHeight={400}
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
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
      leftSection: <action.icon size={18} stroke={1.6} aria-hidden />,
      onClick: () => select(action),
      ...(action.keywords && { keywords: [...action.keywords] }),
    })),
  }));
}
