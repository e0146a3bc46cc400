'use client';

import { useTranslations } from 'next-intl';

import { machineCan } from '@/lib/machine';
import { type Role, roleReaches } from '@/lib/role';

import type { Machine } from './use-machine';

/** What the menu of a machine offers. Settings are applied from its Engine tab. */
export const pageActions = ['start', 'stop', 'restart', 'kill', 'provision'] as const;

export type PageAction = (typeof pageActions)[number];

export const isPageAction = (text: string | null): text is PageAction => pageActions.some((action) => action === text);

/** Why an action cannot be done to the machine now; undefined where it can. */
export function useWhyNot(machine: Machine, role: Role): (action: PageAction) => string | undefined {
  const t = useTranslations('machines.actions');
  return (action) => {
    if (!roleReaches(role, 'member')) return t('needsMember');
    const verb = action === 'provision' ? null : machine.verbs[action];
    if (verb?.offered === false) return verb.why ?? t('notOffered');
    return machineCan[action](machine.state) ? undefined : t('notWhile', { state: machine.state });
  };
}
