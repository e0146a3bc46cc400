'use client';

import { Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Section } from '@/app/_account/section';
import { Duration } from '@/app/_ui/duration';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Notice } from '@/app/_ui/notice';
import { ExactTime, RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';
import { paths } from '@/lib/paths';

import type { MachineAdmission } from './use-admission';

const stateTones = { pending: 'attention', upToDate: 'ok', never: 'off' } as const;

/** What is wanted of the host against what it has confirmed, and why they differ where they do. */
export function AdmissionStatus({ team, admission }: { readonly team: string; readonly admission: MachineAdmission }) {
  const t = useTranslations('machines.access.status');
  const { wantedVersion, confirmedVersion, confirmedAt, pendingSince, pendingReason } = admission;
  const isPending = pendingSince !== null || confirmedVersion < wantedVersion;
  const state = isPending ? 'pending' : confirmedAt ? 'upToDate' : 'never';
  const items = [
    {
      key: 'state',
      label: t('state'),
      value: <StatusBadge tone={stateTones[state]}>{t(state)}</StatusBadge>,
    },
    {
      key: 'version',
      label: t('version'),
      value: t('versions', { confirmed: confirmedVersion, wanted: wantedVersion }),
    },
    {
      key: 'confirmedAt',
      label: t('confirmedAt'),
      value: confirmedAt ? (
        <>
          <RelativeTime at={confirmedAt} /> · <ExactTime at={confirmedAt} />
        </>
      ) : (
        '–'
      ),
    },
  ];
  return (
    <Section title={t('title')}>
      <Stack gap={12}>
        {isPending && (
          <Notice tone="attention" role="status" title={t('pendingTitle')}>
            {pendingSince && (
              <>
                {t('pendingFor')} <Duration since={pendingSince} />.{' '}
              </>
            )}
            {pendingReason ?? t('noReason')}{' '}
            {admission.enforcement === 'gate' &&
              t(admission.leasePolicy === 'strict' ? 'pendingStrict' : 'pendingBestEffort')}
          </Notice>
        )}
        <KeyValueList items={items} />
        <Link href={paths.certificates(team, { tab: 'changes' })}>{t('receipts')}</Link>
      </Stack>
    </Section>
  );
}
