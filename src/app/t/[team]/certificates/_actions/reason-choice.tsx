'use client';

import { Radio, SimpleGrid } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { type RevocationReason, revocationReasons } from '@/lib/revocation';

export interface ReasonChoiceProps {
  readonly value: RevocationReason;
  readonly onChange: (reason: RevocationReason) => void;
}

/** Why a certificate is revoked: the reasons of RFC 5280, each with what it means here. */
export function ReasonChoice({ value, onChange }: ReasonChoiceProps) {
  const t = useTranslations('certificates.reasons');
  const choose = (chosen: string) => {
    const reason = revocationReasons.find((candidate) => candidate === chosen);
    if (reason) onChange(reason);
  };
  return (
    <Radio.Group label={t('label')} value={value} onChange={choose}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing={16} verticalSpacing={8} mt={8}>
        {revocationReasons.map((reason) => (
          <Radio key={reason} value={reason} label={t(`${reason}.name`)} description={t(`${reason}.hint`)} />
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
