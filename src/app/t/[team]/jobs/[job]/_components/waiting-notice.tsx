'use client';

import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { Notice } from '@/app/_ui/notice';
import { useClock } from '@/app/_ui/now';
import { RelativeTime } from '@/app/_ui/relative-time';
import type { WaitingFor } from '@/lib/job-view';

/** What a job waits out, since when, and when it tries again. */
export function WaitingNotice({ waitingFor }: { readonly waitingFor: WaitingFor }) {
  const t = useTranslations('jobs.hostAway');
  const seconds = useClock((nowMs) => Math.max(0, Math.ceil((waitingFor.nextTryMs - nowMs) / 1000)));
  return (
    <Notice tone="attention" icon={IconPlugConnectedX} title={t('title')} role="status">
      {waitingFor.reason} {t.rich('since', { time: () => <RelativeTime at={new Date(waitingFor.sinceMs)} /> })}{' '}
      {seconds > 0 ? t('next', { seconds }) : t('now')}
    </Notice>
  );
}
