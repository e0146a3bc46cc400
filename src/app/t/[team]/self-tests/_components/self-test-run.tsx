'use client';

import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Duration } from '@/app/_ui/duration';
import { RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';

import { Outcome } from './outcome';
import { probesOf, resultVerdict, type SelfTestView, verdictOf } from './self-test-view';
import { VerdictBadge } from './verdict-badge';

import classes from './self-tests.module.css';

/** One test in full: each probe with what was seen. */
export function SelfTestRun({ team, test }: { readonly team: string; readonly test: SelfTestView }) {
  const t = useTranslations('selfTests');
  return (
    <section className={classes['run']}>
      <div className={classes['runHead']}>
        <VerdictBadge verdict={verdictOf(test)} />
        <span className={classes['quiet']}>
          <RelativeTime at={test.startedAt} /> {t('by', { name: test.createdByName })} · {t('took')}{' '}
          <Duration since={test.startedAt} until={test.finishedAt ?? undefined} />
          {test.jobId && (
            <>
              {' · '}
              <Link href={paths.job(team, test.jobId)}>{t('job')}</Link>
            </>
          )}
        </span>
      </div>
      <dl className={classes['probes']}>
        {probesOf(test).map(({ probe, result }) => (
          <div key={probe} className={classes['probe']} data-verdict={result ? resultVerdict(result) : undefined}>
            <dt>{t(`probe.${probe}`)}</dt>
            <dd className={classes['detail']}>{result?.detail ?? t(`probeMeans.${probe}`)}</dd>
            <dd>
              <Outcome result={result} isRunning={test.finishedAt === null} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
