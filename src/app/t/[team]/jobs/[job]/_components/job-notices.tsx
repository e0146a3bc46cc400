'use client';

import { IconArrowBackUp, IconBan, IconStack2 } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';

import { Duration } from '@/app/_ui/duration';
import { Notice } from '@/app/_ui/notice';
import type { JobView, StepView } from '@/lib/job-view';
import { paths } from '@/lib/paths';

import { stepTitle } from '../../_components/job-texts';
import { LogRemovedNotice } from './log-removed-notice';
import { WaitingNotice } from './waiting-notice';

interface JobNoticesProps {
  readonly team: string;
  readonly job: JobView;
  readonly steps: readonly StepView[];
}

/** What a job waits for, what became of its log, and what it takes back or is taken back by. */
export function JobNotices({ team, job, steps }: JobNoticesProps) {
  return (
    <>
      {job.state === 'cancelling' && <CancellingNotice job={job} steps={steps} />}
      {job.state === 'waiting' && job.waitingFor && <WaitingNotice waitingFor={job.waitingFor} />}
      {job.logRemovedAt && <LogRemovedNotice team={team} at={job.logRemovedAt} />}
      <RollBackNotice team={team} job={job} />
    </>
  );
}

/** Who cancels, the step that is waited for and why, and how long that can take. */
function CancellingNotice({ job, steps }: Pick<JobNoticesProps, 'job' | 'steps'>) {
  const t = useTranslations('jobs');
  const step = steps.find(({ state }) => state === 'running');
  const by = job.cancelRequestedBy;
  const startedAt = step?.startedAt;
  return (
    <Notice
      tone="attention"
      icon={IconBan}
      role="status"
      title={by === null ? t('cancelling.title') : t('cancelling.titleBy', { name: by })}
    >
      {!step || step.isInterruptible ? t('cancelling.stops') : t('cancelling.waits', { step: stepTitle(t, step.name) })}
      {startedAt && !step.isInterruptible && step.timeoutMs !== null && (
        <>
          {' '}
          {t.rich('cancelling.limit', {
            since: () => <Duration since={startedAt} />,
            minutes: Math.round(step.timeoutMs / 60_000),
          })}
        </>
      )}
    </Notice>
  );
}

function RollBackNotice({ team, job }: Pick<JobNoticesProps, 'team' | 'job'>) {
  const t = useTranslations('jobs.rollBack');
  const link = (id: string) => (chunks: ReactNode) => <Link href={paths.job(team, id)}>{chunks}</Link>;
  if (job.rollsBackId !== null) {
    return (
      <Notice tone="off" icon={IconArrowBackUp}>
        {t.rich('takesBack', { job: link(job.rollsBackId) })}
      </Notice>
    );
  }
  if (!job.rolledBackBy) return null;
  const { id, state } = job.rolledBackBy;
  const key = state === 'succeeded' ? 'isBack' : state === 'failed' || state === 'cancelled' ? 'stopped' : 'running';
  return (
    <Notice tone={key === 'stopped' ? 'attention' : 'off'} icon={IconArrowBackUp} role="status">
      {t.rich(key, { job: link(id) })}
    </Notice>
  );
}

/** The batch that a job belongs to, as a link. */
export function BatchLink({ team, batch }: { readonly team: string; readonly batch: string }) {
  const t = useTranslations('jobs.page');
  return (
    <Link href={paths.batch(team, batch)}>
      <IconStack2 size={14} stroke={1.8} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('batch')}
    </Link>
  );
}
