'use client';

import { useTranslations } from 'next-intl';

import { machineCan } from '@/lib/machine';
import { mayAct, roleForAction } from '@/lib/machine-action';
import { type Role, roleReaches } from '@/lib/role';

import type { Machine } from './use-machine';

/** What the menu of a machine offers. Settings are applied from its Engine tab. */
export const pageActions = ['start', 'stop', 'restart', 'pause', 'save', 'kill', 'provision', 'upgrade'] as const;

export type PageAction = (typeof pageActions)[number];

export const isPageAction = (text: string | null): text is PageAction => pageActions.some((action) => action === text);

/** Why an action cannot be done to the machine now; undefined where it can. */
export function useWhyNot(machine: Machine, role: Role): (action: PageAction) => string | undefined {
  const t = useTranslations('machines.actions');
  const common = useTranslations('common');
  return (action) => {
    if (!mayAct(role, action)) return common('needsRole', { role: roleForAction(action) });
    if (action === 'provision' || action === 'upgrade') {
      if (!machine.isSignedInTo) return t('notSignedInTo');
      if (action === 'upgrade' && machine.noUpgrade !== null) return machine.noUpgrade;
    } else {
      const verb = machine.verbs[action];
      if (!verb.offered) return verb.why ?? t('notOffered');
    }
    return machineCan[action](machine.state) ? undefined : t('notWhile', { state: machine.state });
  };
}

/** Why the machine cannot be taken into a swarm now; undefined where it can. */
export function useWhyNotSwarm(machine: Machine, role: Role): string | undefined {
  const t = useTranslations('machines.actions');
  const common = useTranslations('common');
  if (!roleReaches(role, 'admin')) return common('needsRole', { role: 'admin' });
  if (!machine.isSignedInTo) return t('notSignedInTo');
  if (machine.swarm) return t('inSwarm', { name: machine.swarm.name });
  return machineCan.swarm(machine.state) ? undefined : t('notWhile', { state: machine.state });
}
