'use client';

import { IconClockPause } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Notice } from '@/app/_ui/notice';
import type { JobAhead } from '@/lib/job-view';
import { paths } from '@/lib/paths';

import { jobTitle } from '../../_components/job-texts';

export interface QueueNoticeProps {
  readonly team: string;
  readonly ahead: JobAhead | null;
}

/** What a queued job waits for. */
export function QueueNotice({ team, ahead }: QueueNoticeProps) {
  const t = useTranslations('jobs');
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
