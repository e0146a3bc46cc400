'use client';

import { Checkbox, Radio, Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';

export const defaultRemoval: Removal = { mode: 'restore', removeEngine: false, deleteData: false };

/** What becomes of the hosts. */
export interface Removal {
  readonly mode: 'restore' | 'forget';
  readonly removeEngine: boolean;
  readonly deleteData: boolean;
}

export function RemovalChoice({
  value,
  onChange,
}: {
  readonly value: Removal;
  readonly onChange: (value: Removal) => void;
}) {
  const t = useTranslations('batches.removal');
  const restores = value.mode === 'restore';
  return (
    <Radio.Group
      label={t('label')}
      value={value.mode}
      onChange={(mode) => onChange({ ...value, mode: mode === 'forget' ? 'forget' : 'restore' })}
    >
      <Stack gap={8} mt={8}>
        <Radio value="restore" label={t('restore')} description={t('restoreHint')} />
        <Stack gap={8} pl={28}>
          <Checkbox
            label={t('removeEngine')}
            disabled={!restores}
            checked={restores && value.removeEngine}
            onChange={(event) => onChange({ ...value, removeEngine: event.currentTarget.checked, deleteData: false })}
          />
          <Checkbox
            label={t('deleteData')}
            disabled={!restores || !value.removeEngine}
            checked={restores && value.deleteData}
            onChange={(event) => onChange({ ...value, deleteData: event.currentTarget.checked })}
          />
        </Stack>
        <Radio value="forget" label={t('forget')} description={t('forgetHint')} />
      </Stack>
    </Radio.Group>
  );
}
