'use client';

import { IconCircleCheck, IconCircleX, IconHelpCircle, type TablerIcon } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { Duration } from '@/app/_ui/duration';
import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import type { SelfTestResult } from '@/lib/self-test';

import { resultVerdict, type ResultVerdict } from './self-test-view';

import classes from './self-tests.module.css';

const looks: Readonly<Record<ResultVerdict, { readonly tone: Tone; readonly icon: TablerIcon }>> = {
  ok: { tone: 'ok', icon: IconCircleCheck },
  wrong: { tone: 'failed', icon: IconCircleX },
  unknown: { tone: 'attention', icon: IconHelpCircle },
};

export interface OutcomeProps {
  /** Null where the probe has no result. */
  readonly result: SelfTestResult | null;
  /** The test goes on: a missing result is still to come. */
  readonly isRunning: boolean;
}

/** What one probe ended with, after how many milliseconds. */
export function Outcome({ result, isRunning }: OutcomeProps) {
  const t = useTranslations('selfTests');
  if (!result) return <span className={classes['waiting']}>{isRunning ? t('waiting') : t('notTried')}</span>;
  const { tone, icon } = looks[resultVerdict(result)];
  return (
    <span className={classes['outcome']}>
      <StatusBadge tone={tone} icon={icon}>
        {t(`outcome.${result.outcome}`)}
      </StatusBadge>
      {result.ms !== null && (
        <span className={classes['ms']}>
          <Duration ms={result.ms} />
        </span>
      )}
    </span>
  );
}
