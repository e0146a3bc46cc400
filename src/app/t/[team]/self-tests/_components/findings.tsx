'use client';

import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Mono } from '@/app/_ui/mono';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import type { SelfTestResult } from '@/lib/self-test';

import { resultVerdict, type SelfTestView, type TestedMachine, verdictOf } from './self-test-view';

import classes from './self-tests.module.css';

export interface FindingsProps {
  readonly team: string;
  readonly machines: readonly TestedMachine[];
}

interface Finding {
  readonly name: string;
  readonly test: SelfTestView;
  readonly results: readonly SelfTestResult[];
}

const findingsOf = (machines: readonly TestedMachine[], verdict: 'failed' | 'incomplete'): readonly Finding[] =>
  machines.flatMap(({ name, latest }) => {
    if (!latest || verdictOf(latest) !== verdict) return [];
    const wanted = verdict === 'failed' ? 'wrong' : 'unknown';
    return [{ name, test: latest, results: latest.results.filter((result) => resultVerdict(result) === wanted) }];
  });

/** What the last tests found that is not as it must be, with what to do about it. Nothing where all is well. */
export function Findings({ team, machines }: FindingsProps) {
  const t = useTranslations('selfTests');
  const failed = findingsOf(machines, 'failed');
  const incomplete = findingsOf(machines, 'incomplete');
  return (
    <>
      {failed.length > 0 && (
        <Notice tone="failed" role="alert" title={t('alarm', { count: failed.length })}>
          <FindingList team={team} findings={failed} />
        </Notice>
      )}
      {incomplete.length > 0 && (
        <Notice tone="attention" title={t('incomplete', { count: incomplete.length })}>
          <FindingList team={team} findings={incomplete} />
        </Notice>
      )}
    </>
  );
}

const wayOn = ({ results }: Finding): 'admitted' | 'let-in' | 'unknown' => {
  const wrong = results.filter((result) => resultVerdict(result) === 'wrong');
  if (wrong.length === 0) return 'unknown';
  return wrong.every(({ probe }) => probe === 'admitted') ? 'admitted' : 'let-in';
};

function FindingList({ team, findings }: { readonly team: string; readonly findings: readonly Finding[] }) {
  const t = useTranslations('selfTests');
  return (
    <ul className={classes['findings']}>
      {findings.map((finding) => (
        <li key={finding.name}>
          <Mono>{finding.name}</Mono>
          {': '}
          {finding.results.map((result) => `${t(`probe.${result.probe}`)} · ${result.detail}`).join(' ')}{' '}
          {t(`wayOn.${wayOn(finding)}`)}{' '}
          <Link href={paths.machine(team, finding.name, 'access')}>{t('access', { name: finding.name })}</Link>
          {finding.test.jobId && (
            <>
              {' · '}
              <Link href={paths.job(team, finding.test.jobId)}>{t('job')}</Link>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
