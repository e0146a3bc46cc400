'use client';

import { useTranslations } from 'next-intl';

import { jobHasEnded, type JobState } from '@/lib/job';
import type { RunningJobView } from '@/lib/job-view';
import { paths } from '@/lib/paths';

import type { RunningJob } from '../_frame/running-job';
import { RunningJobs } from '../_frame/running-jobs';
import { jobTitle, stepTitle, type JobsTranslator } from '../jobs/_components/job-texts';
import { useTeamLive } from './team-live';

/** The frame's indicator of running jobs, fed live. Stands inside of TeamLiveProvider. */
export function RunningJobsIndicator({ team }: { readonly team: string }) {
  const t = useTranslations('jobs');
  const { running, isReconnecting } = useTeamLive();
  return (
    <RunningJobs
      jobs={running?.flatMap((job) => shown(t, team, job))}
      allHref={paths.jobs(team)}
      isReconnecting={isReconnecting}
    />
  );
}

const isActive = (state: JobState): state is RunningJob['state'] => !jobHasEnded(state);

function shown(t: JobsTranslator, team: string, job: RunningJobView): readonly RunningJob[] {
  if (!isActive(job.state)) return [];
  return [
    {
      id: job.id,
      title: jobTitle(t, job),
      href: paths.job(team, job.id),
      state: job.state,
      startedAt: job.startedAt,
      stepTitle: job.progress.step === null ? undefined : stepTitle(t, job.progress.step),
      stepsDone: job.progress.done,
      stepsTotal: job.progress.total,
      lastLine: job.lastLine ?? undefined,
    },
  ];
}
