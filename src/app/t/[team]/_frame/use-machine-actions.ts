'use client';

import { IconPlugConnected, IconServer2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import type { FrameTeam } from './member';
import type { PaletteAction } from './palette-action';

/** Every machine as a place to go to and to connect to. Asked for when the palette is open, not on every page. */
export function useMachineActions(team: FrameTeam, isOpen: boolean): readonly PaletteAction[] {
  const t = useTranslations('frame');
  const trpc = useTRPC();
  const { data = [] } = useQuery(trpc.machines.list.queryOptions({ team: team.slug }, { enabled: isOpen }));
  const group = t('rail.machines');
  const mayConnect = roleReaches(team.role, 'member');
  return data.flatMap(({ name, driver, address, state }) => [
    {
      id: `machine-${name}`,
      group,
      label: name,
      icon: IconServer2,
      keywords: [driver, ...(address === null ? [] : [address])],
      href: paths.machine(team.slug, name),
    },
    ...(mayConnect && machineCan.connect(state)
      ? [
          {
            id: `connect-${name}`,
            group,
            label: t('palette.connect', { name }),
            icon: IconPlugConnected,
            href: paths.machine(team.slug, name, 'connect'),
          },
        ]
      : []),
  ]);
}
