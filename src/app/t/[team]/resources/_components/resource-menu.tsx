'use client';

import { IconEyeOff, IconLink, IconTrash } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { RowMenu } from '@/app/_ui/row-menu';
import { resourceCan } from '@/lib/resource';
import { roleReaches } from '@/lib/role';

import { useTeamRole } from '../../_frame/team-role';
import type { Resource } from './resource-types';

export type ResourceAct = 'remove' | 'adopt' | 'forget';

const icons = { remove: IconTrash, adopt: IconLink, forget: IconEyeOff } as const;
const acts = ['adopt', 'remove', 'forget'] as const satisfies readonly ResourceAct[];

export interface ResourceMenuProps {
  readonly resource: Resource;
  readonly onAct: (act: ResourceAct, resource: Resource) => void;
}

/** What can be done with one thing; what cannot says why. */
export function ResourceMenu({ resource, onAct }: ResourceMenuProps) {
  const t = useTranslations('resources.act');
  const common = useTranslations('common');
  const isAdmin = roleReaches(useTeamRole(), 'admin');
  const whyNot = (act: ResourceAct): string | undefined => {
    const { standing, tombstoneId, canBeAdopted } = resource;
    if (!isAdmin) return common('needsRole', { role: 'admin' });
    if (act === 'adopt' && standing !== 'found') return t('notFound');
    if (act === 'adopt' && !canBeAdopted) return t('noParent');
    if (act === 'forget' && tombstoneId !== null && standing === 'unwanted') return t('ofTombstone');
    if (resourceCan[act](standing)) return undefined;
    return standing === 'exists' ? t('inUse') : t('notAnyMore');
  };
  return (
    <RowMenu
      name={resource.name}
      actions={acts.map((act) => {
        const reason = whyNot(act);
        return {
          key: act,
          label: t(act),
          icon: icons[act],
          onSelect: () => onAct(act, resource),
          isDestructive: act === 'remove',
          ...(reason !== undefined && { disabledReason: reason }),
        };
      })}
    />
  );
}
