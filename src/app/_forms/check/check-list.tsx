'use client';

import { Text } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { Duration } from '@/app/_ui/duration';
import { StepIcon, type StepState } from '@/app/_ui/step-icon';
import type { ProbeView } from '@/lib/host-check';

import classes from './check.module.css';

const icons: Readonly<Record<ProbeView['state'], StepState>> = {
  waiting: 'pending',
  running: 'running',
  ok: 'succeeded',
  warning: 'waiting',
  failed: 'failed',
  skipped: 'skipped',
};

/** Probes that only judge what another one has read take no time worth a figure. */
const notedMs = 5;

/** The probes of a check: how each stands, what it found, how long it took, and what to do. */
export function CheckList({ probes }: { readonly probes: readonly ProbeView[] }) {
  const t = useTranslations('checks');
  return (
    <ol className={classes['list']} aria-label={t('title')}>
      {probes.map(({ id, state, result }) => (
        <li key={id} className={classes['probe']} data-state={state}>
          <span className={classes['icon']}>
            <StepIcon state={icons[state]} size={16} isDecorative />
          </span>
          <div className={classes['body']}>
            <div className={classes['line']}>
              <span className={classes['name']}>{t(`probes.${id}`)}</span>
              <span className={classes['state']}>{t(`states.${state}`)}</span>
              {result && result.milliseconds >= notedMs && (
                <Duration ms={result.milliseconds} className={classes['time'] ?? ''} />
              )}
            </div>
            {result && result.message !== '' && <div className={classes['message']}>{result.message}</div>}
            {result?.advice && (
              <Text size="xs" className={classes['advice'] ?? ''}>
                {result.advice}
              </Text>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
