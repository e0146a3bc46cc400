'use client';

import {
  IconArrowDown,
  IconArrowUp,
  IconDoorExit,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
  IconTruck,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { RowMenu } from '@/app/_ui/row-menu';
import { machineCan } from '@/lib/machine';
import { roleReaches } from '@/lib/role';
import { type NodeAvailability, nodeAvailabilities, type SwarmRole } from '@/lib/swarm';

import { useTeamRole } from '../../_frame/team-role';
import type { SwarmNode } from './node-columns';

export interface NodeMenuProps {
  readonly node: SwarmNode;
  readonly isOnlyManager: boolean;
  readonly isBusy: boolean;
  readonly onChange: (to: { role?: SwarmRole; availability?: NodeAvailability }) => void;
  readonly onLeave: () => void;
  readonly onRemove: () => void;
}

const icons = { active: IconPlayerPlay, pause: IconPlayerPause, drain: IconTruck } as const;

/** What can be done with a node; what cannot says why. */
export function NodeMenu({ node, isOnlyManager, isBusy, onChange, onLeave, onRemove }: NodeMenuProps) {
  const t = useTranslations('swarms.act');
  const common = useTranslations('common');
  const isAdmin = roleReaches(useTeamRole(), 'admin');
  const never = isAdmin ? (isBusy ? t('busy') : undefined) : common('needsRole', { role: 'admin' });
  const { role, availability, state, machine, hostName } = node;
  const whyNotLeave = () => {
    if (!machine) return t('noMachine');
    return machineCan.swarm(machine.state) ? undefined : t('machineAway');
  };
  return (
    <RowMenu
      name={machine?.name ?? hostName}
      actions={[
        ...nodeAvailabilities.map((to) => ({
          key: to,
          label: t(to),
          icon: icons[to],
          onSelect: () => onChange({ availability: to }),
          disabledReason: never ?? (availability === to ? t('isSo') : undefined),
        })),
        {
          key: 'promote',
          label: t('promote'),
          icon: IconArrowUp,
          onSelect: () => onChange({ role: 'manager' }),
          disabledReason: never ?? (role === 'manager' ? t('isManager') : undefined),
        },
        {
          key: 'demote',
          label: t('demote'),
          icon: IconArrowDown,
          onSelect: () => onChange({ role: 'worker' }),
          disabledReason: never ?? (role === 'worker' ? t('isWorker') : isOnlyManager ? t('isOnlyManager') : undefined),
        },
        {
          key: 'leave',
          label: t('leave'),
          icon: IconDoorExit,
          onSelect: onLeave,
          disabledReason: never ?? whyNotLeave(),
          isDestructive: true,
        },
        {
          key: 'remove',
          label: t('remove'),
          icon: IconTrash,
          onSelect: onRemove,
          disabledReason: never ?? (state === 'down' ? undefined : t('isNotDown')),
          isDestructive: true,
        },
      ]}
    />
  );
}
