'use client';

import { Button, Group, Text } from '@mantine/core';
import { IconBan, IconPlayerPause, IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { DisabledReason } from '@/app/_ui/disabled-reason';
import type { Role } from '@/lib/role';

import { whyNot } from '../_data/certificate-rights';
import type { CertificateRow } from '../_data/types';

import classes from './all-certificates.module.css';

/** As many as one revocation takes. */
const selectedMax = 200;

export interface SelectionBarProps {
  readonly role: Role;
  readonly selected: readonly CertificateRow[];
  readonly onAct: (act: 'revoke' | 'suspend') => void;
  readonly onClear: () => void;
}

/** What may be done to the chosen certificates at once. */
export function SelectionBar({ role, selected, onAct, onClear }: SelectionBarProps) {
  const t = useTranslations('certificates');
  const reasonFor = (act: 'revoke' | 'suspend') => {
    if (selected.length > selectedMax) return t('selection.tooMany', { max: selectedMax });
    const blocked = selected.flatMap((certificate) => whyNot(act, certificate, role) ?? []);
    const [first] = blocked;
    return first && t('selection.blocked', { count: blocked.length, reason: t(`whyNot.${first}`) });
  };
  return (
    <Group className={classes['selection']} gap={8} role="group" aria-label={t('selection.label')}>
      <Text size="sm" fw={500} aria-live="polite">
        {t('selection.count', { count: selected.length })}
      </Text>
      <DisabledReason reason={reasonFor('suspend')}>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerPause size={14} aria-hidden />}
          onClick={() => onAct('suspend')}
        >
          {t('suspend.action')}
        </Button>
      </DisabledReason>
      <DisabledReason reason={reasonFor('revoke')}>
        <Button size="xs" color="red" leftSection={<IconBan size={14} aria-hidden />} onClick={() => onAct('revoke')}>
          {t('revoke.action')}
        </Button>
      </DisabledReason>
      <Button size="xs" variant="subtle" leftSection={<IconX size={14} aria-hidden />} onClick={onClear}>
        {t('selection.clear')}
      </Button>
    </Group>
  );
}
