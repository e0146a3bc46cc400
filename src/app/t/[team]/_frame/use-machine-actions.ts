'use client';

import { useDebouncedValue } from '@mantine/hooks';
import {
  IconDeviceFloppy,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlugConnected,
  IconReload,
  IconServer2,
  IconTransfer,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import type { FrameTeam } from './member';
import type { PaletteAction } from './palette-action';

const lifecycle = ['start', 'stop', 'restart', 'pause', 'save', 'upgrade'] as const;
const icons = {
  start: IconPlayerPlay,
  stop: IconPlayerStop,
  restart: IconReload,
  pause: IconPlayerPause,
  save: IconDeviceFloppy,
  upgrade: IconTransfer,
} as const;

const typingPauseMs = 150;
const foundMax = 16;

/** The machines that fit what is typed, as places to go to and to connect to. Asked for while the palette is open. */
export function useMachineActions(
  team: FrameTeam,
  { isOpen, query }: { readonly isOpen: boolean; readonly query: string },
): readonly PaletteAction[] {
  const t = useTranslations('frame');
  const trpc = useTRPC();
  const [q] = useDebouncedValue(query, typingPauseMs);
  const { data = [] } = useQuery(
    trpc.machines.search.queryOptions(
      { team: team.slug, q: q.slice(0, 200), limit: foundMax },
      { enabled: isOpen, placeholderData: keepPreviousData },
    ),
  );
  const group = t('rail.machines');
  const mayConnect = roleReaches(team.role, 'member');
  return data.flatMap(({ name, driver, address, state }) => [
    {
      id: `machine-${name}`,
      group,
      label: name,
      icon: IconServer2,
      // The server has found it for what is typed, which may be one of its labels.
      keywords: [q, driver, ...(address === null ? [] : [address])],
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
    ...(mayConnect
      ? lifecycle.flatMap((action) =>
          machineCan[action](state)
            ? [
                {
                  id: `${action}-${name}`,
                  group,
                  label: t(`palette.${action}`, { name }),
                  icon: icons[action],
                  // The machine's page asks first, and says why where its driver cannot.
                  href: paths.machineAct(team.slug, name, action),
                },
              ]
            : [],
        )
      : []),
  ]);
}
