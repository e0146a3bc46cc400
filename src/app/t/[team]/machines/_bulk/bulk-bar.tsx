'use client';

import { Button, Group, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { DisabledReason } from '@/app/_ui/disabled-reason';
import { batchMachinesMax } from '@/lib/batch';
import { type BulkAction, bulkActions, mayAct, roleForAction } from '@/lib/machine-action';

import { useTeamRole } from '../../_frame/team-role';
import { machineActionIcons } from '../_components/machine-action-icons';
import { BatchDialog } from './batch-dialog';

import classes from './bulk-bar.module.css';

export interface BulkBarProps {
  readonly team: string;
  /** Names of machines. */
  readonly selection: readonly string[];
  /** The selection has served its purpose, or was given up. */
  readonly onDone: () => void;
}

/** What can be done to the chosen machines at once. */
export function BulkBar({ team, selection, onDone }: BulkBarProps) {
  const t = useTranslations('batches');
  const common = useTranslations('common');
  const tAction = useTranslations('machines.actions');
  const role = useTeamRole();
  const [asked, ask] = useState<BulkAction | null>(null);
  const whyNot = (action: BulkAction): string | undefined => {
    if (!mayAct(role, action)) return common('needsRole', { role: roleForAction(action) });
    return selection.length > batchMachinesMax ? t('bar.tooMany', { max: batchMachinesMax }) : undefined;
  };
  return (
    <Group className={classes['bar']} gap={8} role="group" aria-label={t('bar.label')}>
      <Text size="sm" fw={500} aria-live="polite">
        {t('bar.count', { count: selection.length })}
      </Text>
      {bulkActions.map((action) => {
        const Icon = machineActionIcons[action];
        return (
          <DisabledReason key={action} reason={whyNot(action)}>
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon size={14} aria-hidden />}
              onClick={() => ask(action)}
              {...(action === 'remove' && { c: 'var(--qm-failed)' })}
            >
              {tAction(action)}
            </Button>
          </DisabledReason>
        );
      })}
      <Button size="xs" variant="subtle" leftSection={<IconX size={14} aria-hidden />} onClick={onDone}>
        {t('bar.clear')}
      </Button>
      {asked && <BatchDialog team={team} action={asked} machines={selection} onClose={() => ask(null)} />}
    </Group>
  );
}
