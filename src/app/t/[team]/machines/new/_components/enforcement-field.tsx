'use client';

import { Radio, Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';

import type { Enforcement } from '../../_components/enforcement';

export interface EnforcementFieldProps {
  readonly value: Enforcement;
  readonly onChange: (enforcement: Enforcement) => void;
  readonly isDisabled: boolean;
  /** Why no gate can run there; null where one can. */
  readonly noGate: string | null;
}

/** What will decide on the engine's port who gets in. */
export function EnforcementField({ value, onChange, isDisabled, noGate }: EnforcementFieldProps) {
  const t = useTranslations('newMachine.enforcement');
  return (
    <Radio.Group
      aria-label={t('title')}
      value={value}
      onChange={(chosen) => onChange(chosen === 'engine' ? 'engine' : 'gate')}
    >
      <Stack gap={12}>
        <Radio
          value="gate"
          label={t('gate')}
          description={noGate ?? t('gateHint')}
          disabled={isDisabled || noGate !== null}
        />
        <Radio value="engine" label={t('engine')} description={t('engineHint')} disabled={isDisabled} />
      </Stack>
    </Radio.Group>
  );
}
