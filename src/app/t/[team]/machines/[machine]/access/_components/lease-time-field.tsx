'use client';

import { Group, Input, NumberInput, Select } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useId } from 'react';

import type { LeaseTime, LeaseUnit } from './lease-time';

export interface LeaseTimeFieldProps {
  readonly value: LeaseTime;
  readonly onChange: (value: LeaseTime) => void;
  readonly isDisabled: boolean;
  readonly error: string | undefined;
}

const units = ['minutes', 'hours'] as const satisfies readonly LeaseUnit[];

/** How long a lease lasts: a number and its unit. */
export function LeaseTimeField({ value, onChange, isDisabled, error }: LeaseTimeFieldProps) {
  const t = useTranslations('machines.access.lease');
  const id = useId();
  return (
    <Input.Wrapper id={id} label={t('seconds')} description={t('secondsHint')} error={error}>
      <Group gap={8} wrap="nowrap" mt={4}>
        <NumberInput
          id={id}
          flex={1}
          miw={0}
          maw={240}
          error={error !== undefined}
          allowNegative={false}
          clampBehavior="none"
          value={value.count}
          disabled={isDisabled}
          onChange={(count) => onChange({ ...value, count })}
        />
        <Select
          w={120}
          aria-label={t('unit')}
          disabled={isDisabled}
          data={units.map((unit) => ({ value: unit, label: t(unit) }))}
          value={value.unit}
          onChange={(unit) => onChange({ ...value, unit: unit === 'hours' ? 'hours' : 'minutes' })}
        />
      </Group>
    </Input.Wrapper>
  );
}
