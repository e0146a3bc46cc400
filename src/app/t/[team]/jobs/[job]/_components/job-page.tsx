'use client';

import { useCallback, useRef, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import type { JobLogLine } from '@/lib/job';
import type { StepView } from '@/lib/job-view';
import type { RouterOutputs } from '@/trpc/client';

import { LogPanel } from '../_log/log-panel';
import { lastLineOf } from '../_log/log-rows';
import { pointAt } from '../_log/use-line-range';
import { FailurePanel } from './failure-panel';
import { JobHeader } from './job-header';
import { JobNotices } from './job-notices';
import { QueueNotice } from './queue-notice';
import { StepList } from './step-list';
import { useJobStream } from './use-job-stream';
import { usePageQuery } from './use-page-query';

import classes from './job-page.module.css';

export interface JobPageProps {
  readonly team: string;
  readonly initial: RouterOutputs['jobs']['get'];
}

/** One job: what, who, how it stands; its steps at the left, its log at the right. */
export function JobPage({ team, initial }: JobPageProps) {
  const { state, change, stream, restart } = useJobStream(team, initial);
  const { job, steps, log } = state;
  const [stepName, setStepName] = usePageQuery('step');
  const selected = steps.find(({ name }) => name === stepName) ?? null;
  const select = useCallback((step: StepView | null) => setStepName(step?.name ?? null), [setStepName]);
  const body = useRef<HTMLDivElement>(null);
  const showEnd = (step: StepView) => {
    select(step);
    const last = lastLineOf(log.outline, step.index);
    if (last !== null) pointAt({ from: last, to: last });
    // On a low screen the panel above leaves the log below the edge.
    body.current?.scrollIntoView({ block: 'nearest' });
  };
  const addLines = useCallback((lines: readonly JobLogLine[]) => change({ type: 'lines', lines }), [change]);
  const [refusal, setRefusal] = useState<unknown>(null);
  const retried = () => {
    setRefusal(null);
    restart();
  };
  const steering = { team, job, steps, steering: initial.steering, onRetried: retried, onRefused: setRefusal };
  return (
    <div className={classes['page']}>
      <JobHeader {...steering} stream={stream} />
      <CallError error={refusal} />
      {job.state === 'queued' && <QueueNotice team={team} job={job} />}
      <JobNotices team={team} job={job} steps={steps} />
      {job.error && <FailurePanel job={job} steps={steps} error={job.error} onShowStep={showEnd} />}
      <div className={classes['body']} ref={body}>
        <StepList steps={steps} outline={log.outline} selected={selected} onSelect={select} />
        <LogPanel team={team} state={state} selected={selected} onSelect={select} onLines={addLines} />
      </div>
    </div>
  );
}
