'use client';

import { IconClockPause } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Notice } from '@/app/_ui/notice';
import type { JobView } from '@/lib/job-view';
import { paths } from '@/lib/paths';

import { jobTitle } from '../../_components/job-texts';

export interface QueueNoticeProps {
  readonly team: string;
  readonly job: Pick<JobView, 'ahead' | 'batch'>;
}

/** What a queued job waits for. */
export function QueueNotice({ team, job: { ahead, batch } }: QueueNoticeProps) {
  const t = useTranslations('jobs');
  if (batch?.isHeld) {
    return (
      <Notice tone="off" icon={IconClockPause} title={t('queue.heldTitle')} role="status">
        {t.rich('queue.held', {
          count: batch.running,
          batch: (chunks) => <Link href={paths.batch(team, batch.id)}>{chunks}</Link>,
        })}
      </Notice>
    );
  }
  return (
    <Notice tone="off" icon={IconClockPause} title={t('queue.title')} role="status">
      {ahead
        ? t.rich('queue.behind', {
            job: () => <Link href={paths.job(team, ahead.id)}>{jobTitle(t, ahead)}</Link>,
          })
        : t('queue.free')}
      {ahead && ahead.count > 1 && ` ${t('queue.more', { count: ahead.count })}`}
    </Notice>
  );
}
