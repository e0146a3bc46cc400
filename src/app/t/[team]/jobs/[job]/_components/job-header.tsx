'use client';

import { Group } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Duration } from '@/app/_ui/duration';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';
import { jobHasEnded } from '@/lib/job';
import type { JobView } from '@/lib/job-view';
import { paths } from '@/lib/paths';

import { PageHeader } from '../../../_frame/page-header';
import { isReconnecting, type StreamState } from '../../../_live/stream-state';
import { JobStateBadge } from '../../_components/job-state-badge';
import { jobTitle } from '../../_components/job-texts';
import { CancelButton } from './cancel-button';
import { BatchLink } from './job-notices';
import { RetryButton } from './retry-button';
import { RollBackButton } from './roll-back-button';
import { RunAgainButton } from './run-again-button';
import type { SteeringProps } from './steering';
import { useLasting } from './use-lasting';

import classes from './job-header.module.css';

export interface JobHeaderProps extends SteeringProps {
  readonly stream: StreamState;
}

// A gap shorter than this is mended before anybody could read of it.
const noticedMs = 1500;

/** What the job does, how it stands, who asked for it, since when, and what can be done to it. */
export function JobHeader({ stream, ...steering }: JobHeaderProps) {
  const { team, job } = steering;
  const t = useTranslations('jobs');
  const hasGap = useLasting(isReconnecting(stream), noticedMs);
  return (
    <PageHeader
      title={jobTitle(t, job)}
      breadcrumbs={[{ label: t('title'), href: paths.jobs(team) }]}
      badge={
        <>
          <JobStateBadge state={job.state} variant="soft" />
          {hasGap && (
            <span className={classes['gap']} role="status" title={t('page.reconnectingHint')}>
              <StatusBadge tone="off">{t('page.reconnecting')}</StatusBadge>
            </span>
          )}
          {stream.connection === 'refused' && <StatusBadge tone="attention">{t('page.gone')}</StatusBadge>}
        </>
      }
      actions={
        jobHasEnded(job.state) ? (
          <Group gap={8}>
            <RollBackButton {...steering} />
            <RunAgainButton {...steering} />
            <RetryButton {...steering} />
          </Group>
        ) : (
          <CancelButton {...steering} />
        )
      }
      description={<Facts team={team} job={job} />}
    />
  );
}

function Facts({ team, job }: { readonly team: string; readonly job: JobView }) {
  const t = useTranslations('jobs.page');
  return (
    <ul className={classes['facts']}>
      {job.machine && (
        <li>
          {t('machine')}{' '}
          <Link className="qm-mono" href={paths.machine(team, job.machine.name)}>
            {job.machine.name}
          </Link>
        </li>
      )}
      {job.batch && (
        <li>
          <BatchLink team={team} batch={job.batch.id} />
        </li>
      )}
      <li>{t('by', { name: job.createdBy })}</li>
      <li>
        <RelativeTime at={job.createdAt} />
      </li>
      {job.startedAt && (
        <li>
          {t(job.finishedAt ? 'ran' : 'running')} <Duration since={job.startedAt} until={job.finishedAt ?? undefined} />
        </li>
      )}
    </ul>
  );
}
