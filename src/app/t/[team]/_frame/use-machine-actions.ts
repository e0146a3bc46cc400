'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { IconPlugConnected, IconServer2 } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { pageActions } from '../machines/[machine]/_components/use-why-not';
import { machineActionIcons } from '../machines/_components/machine-action-icons';
import type { FrameTeam } from './member';
import type { PaletteAction } from './palette-action';

/** What the menu of a machine offers, at the end what its danger zone is for. */
const offered = [...pageActions, 'remove'] as const;

const typingPauseMs = 150;
const foundMax = 16;

/** The machines that fit what is typed, as places to go to, to connect to and to act on. Asked for while the palette is open. */
export function useMachineActions(
  team: FrameTeam,
  { isOpen, query }: { readonly isOpen: boolean; readonly query: string },
): readonly PaletteAction[] {
  const t = useTranslations('frame');
  const tAction = useTranslations('machines.actions');
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
  const places = data.map(({ name, driver, address }) => ({
    id: `machine-${name}`,
    group,
    label: name,
    icon: IconServer2,
    // The server has found it for what is typed, which may be one of its labels.
    keywords: [q, driver, ...(address === null ? [] : [address])],
    href: paths.machine(team.slug, name),
  }));
  const connections = data
    .filter(({ state }) => mayConnect && machineCan.connect(state))
    .map(({ name }) => ({
      id: `connect-${name}`,
      group,
      label: t('palette.connect', { name }),
      icon: IconPlugConnected,
      href: paths.machine(team.slug, name, 'connect'),
    }));
  const actions = data.flatMap(({ name, can }) =>
    offered
      .filter((action) => can.includes(action))
      .map((action) => ({
        id: `${action}-${name}`,
        group,
        label: tAction('title', { action: tAction(action), name }),
        icon: machineActionIcons[action],
        // The machine's page asks first.
        href:
          action === 'remove' ? paths.machine(team.slug, name, 'danger') : paths.machineAct(team.slug, name, action),
      })),
  );
  return [...places, ...connections, ...actions];
}
