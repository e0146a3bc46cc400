'use client';

import { Anchor, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { paths } from '@/lib/paths';

/** Where the validity of certificates and the sizes of keys are set. */
export function PolicyLink({ team }: { readonly team: string }) {
  const t = useTranslations('settings.team');
  return (
    <Text size="sm" c="dimmed">
      {t('policyHint')}{' '}
      <Anchor component={Link} href={paths.certificates(team, { tab: 'policy' })} inherit underline="always">
        {t('policy')}
      </Anchor>
    </Text>
  );
}
