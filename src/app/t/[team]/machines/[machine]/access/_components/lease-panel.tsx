'use client';

import { Group, Stack, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { Section } from '@/app/_account/section';
import { Notice } from '@/app/_ui/notice';
import { useClock } from '@/app/_ui/now';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';
import { formatElapsed } from '@/lib/format/duration';

import { LeaseForm, type LeaseFormProps } from './lease-form';

/** How long the gate goes on admitting without the console, and how much of that is left. */
export function LeasePanel({ team, machine, admission }: LeaseFormProps) {
  const t = useTranslations('machines.access.lease');
  const { enforcement, leasePolicy, leaseUntil } = admission;
  return (
    <Section title={t('title')} hint={t('hint')}>
      <Stack gap={12}>
        {enforcement === 'engine' && <Notice tone="off">{t('engineOnly')}</Notice>}
        {enforcement === 'gate' && leasePolicy === 'strict' && <Remaining until={leaseUntil} />}
        <LeaseForm team={team} machine={machine} admission={admission} />
      </Stack>
    </Section>
  );
}

function Remaining({ until }: { readonly until: Date | null }) {
  const t = useTranslations('machines.access.lease');
  const left = useClock((nowMs) => {
    const ms = until ? until.getTime() - nowMs : 0;
    return ms > 0 ? formatElapsed(ms) : '';
  });
  if (!until) return <Text c="dimmed">{t('noLease')}</Text>;
  if (left === '') {
    return (
      <Notice tone="failed" role="alert" title={t('over')}>
        {t('overSince')} <RelativeTime at={until} />.
      </Notice>
    );
  }
  return (
    <Group gap={8}>
      <StatusBadge tone="ok">{t('remaining')}</StatusBadge>
      <span className="qm-numbers">{left}</span>
    </Group>
  );
}
