'use client';

import { Select } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { type RevocationReason, revocationReasons } from '@/lib/revocation';

export interface ReasonSelectProps {
  readonly value: RevocationReason;
  readonly onChange: (reason: RevocationReason) => void;
}

/** The reasons of RFC 5280 in one line, for dialogs that ask for more than the reason; what the chosen one means stands below. */
export function ReasonSelect({ value, onChange }: ReasonSelectProps) {
  const t = useTranslations('certificates.reasons');
  return (
    <Select
      label={t('label')}
      description={t(`${value}.hint`)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      allowDeselect={false}
      data={revocationReasons.map((reason) => ({ value: reason, label: t(`${reason}.name`) }))}
      value={value}
      onChange={(chosen) => {
        const reason = revocationReasons.find((candidate) => candidate === chosen);
        if (reason) onChange(reason);
      }}
    />
  );
}
