'use client';

import { Progress } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { Notice } from '@/app/_ui/notice';
import { formatDuration } from '@/lib/format/duration';

import { type AccessChangeKind, effectOf, type ReceiptSummary } from '../../../_changes/receipt-summary';

export interface SummaryLineProps {
  readonly kind: AccessChangeKind;
  readonly summary: ReceiptSummary;
}

/** "Refused on 4 of 5 hosts; slowest 212 ms; 3 live streams ended", read out as it fills in. */
export function SummaryLine({ kind, summary }: SummaryLineProps) {
  const t = useTranslations('accessChanges.summary');
  const { total, confirmed, pending, slowestMs, endedConnections, dropped } = summary;
  if (total === 0) {
    return (
      <Notice tone="off" title={t('noMachine')}>
        {t('noMachineHint')}
      </Notice>
    );
  }
  const effect = effectOf[kind];
  const parts = [
    t(effect, { confirmed, total }),
    ...(slowestMs === null ? [] : [t('slowest', { time: formatDuration(slowestMs) })]),
    ...(effect === 'admitted' ? [] : [t('ended', { count: endedConnections })]),
    ...(dropped > 0 ? [t('dropped', { count: dropped })] : []),
  ];
  return (
    <Notice tone={pending === 0 ? 'ok' : 'attention'} role="status" title={parts.join('; ')}>
      {pending > 0 && (
        <>
          {t('pending', { count: pending })}
          <Progress value={(confirmed / total) * 100} size="sm" mt={8} aria-label={t('progress')} />
        </>
      )}
    </Notice>
  );
}
