'use client';

import { useTranslations } from 'next-intl';

import { KeyValueList } from '@/app/_ui/key-value-list';

import type { Policy } from './policy-form';

/** The policy for those who may not change it. */
export function PolicyFacts({ policy }: { readonly policy: Policy }) {
  const t = useTranslations('policy');
  const days = (['clientValidForDays', 'engineValidForDays', 'caValidForDays'] as const).map((key) => ({
    key,
    label: t(key),
    value: t('dayCount', { count: policy[key] }),
  }));
  return (
    <KeyValueList
      items={[
        ...days,
        { key: 'keyBits', label: t('keyBits'), value: t('bits', { count: String(policy.keyBits) }) },
        {
          key: 'csr',
          label: t('csrFilesAllowed'),
          value: t(policy.csrFilesAllowed ? 'allowed' : 'browserOnly'),
        },
      ]}
    />
  );
}
