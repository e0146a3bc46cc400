'use client';

import { Tooltip } from '@mantine/core';
import { useTimeZone, useTranslations } from 'next-intl';

import { formatDate, formatExact } from '@/lib/format/exact-time';
import { type RelativeUnit, relativeTime } from '@/lib/format/relative-time';

import { useClock } from './now';

export interface RelativeTimeProps {
  readonly at: Date;
  readonly className?: string | undefined;
}

/** "5 min ago", kept up to date, with the exact time on hover. Further than 30 days away it is the date. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const t = useTranslations('common.relativeTime');
  const timeZone = useTimeZone() ?? 'UTC';
  const text = useClock((nowMs) => {
    const distance = relativeTime(at, new Date(nowMs));
    if (distance.kind === 'now') return t('now');
    if (distance.kind === 'far') return formatDate(at, timeZone);
    return t(`${distance.kind}.${distance.unit satisfies RelativeUnit}`, { count: distance.count });
  });
  return (
    <Tooltip label={formatExact(at, timeZone)}>
      <time dateTime={at.toISOString()} className={className} style={{ whiteSpace: 'nowrap' }}>
        {text}
      </time>
    </Tooltip>
  );
}

/** The exact time itself, in the browser's zone: "2026-03-04 14:00:05 UTC+1". */
export function ExactTime({ at, className }: RelativeTimeProps) {
  const timeZone = useTimeZone() ?? 'UTC';
  return (
    <time dateTime={at.toISOString()} className={className}>
      {formatExact(at, timeZone)}
    </time>
  );
}
