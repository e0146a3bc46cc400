'use client';

import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Duration } from '@/app/_ui/duration';
import { StepIcon, type StepState } from '@/app/_ui/step-icon';

import type { RunningJob } from './running-job';

import classes from './frame.module.css';

const icons: Readonly<Record<RunningJob['state'], StepState>> = {
  queued: 'pending',
  running: 'running',
  waiting: 'waiting',
  cancelling: 'running',
};

export interface RunningJobItemProps {
  readonly job: RunningJob;
  readonly onFollow: () => void;
}

/** One running job: what, which step, how long, and the last line of its log. */
export function RunningJobItem({ job, onFollow }: RunningJobItemProps) {
  const t = useTranslations('frame');
  return (
    <li>
      <Link href={job.href} className={classes['job']} onClick={onFollow}>
        <StepIcon state={icons[job.state]} isDecorative />
        <span className={classes['jobBody']}>
          <span className={classes['jobHead']}>
            <span className={classes['jobTitle']}>{job.title}</span>
            {job.startedAt && <Duration since={job.startedAt} />}
          </span>
          <span className={classes['jobStep']}>
            <span>{job.state === 'running' && job.stepTitle ? job.stepTitle : t(`jobState.${job.state}`)}</span>
            <span className="qm-numbers">{t('runningJobs.steps', { done: job.stepsDone, total: job.stepsTotal })}</span>
          </span>
          {job.lastLine !== undefined && <span className={`qm-mono ${classes['jobLine'] ?? ''}`}>{job.lastLine}</span>}
        </span>
      </Link>
    </li>
  );
}
