'use client';

import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { CodeBlock } from '@/app/_ui/code-block';
import { ErrorDetails } from '@/app/_ui/error-state';
import { Notice } from '@/app/_ui/notice';
import { plainText } from '@/lib/ansi';
import type { JobError } from '@/lib/job';
import type { StepView } from '@/lib/job-view';

import { stepTitle } from '../../_components/job-texts';
import { RetryButton, retryText } from './retry-button';
import type { SteeringProps } from './steering';

import classes from './failure-panel.module.css';

export interface FailurePanelProps extends SteeringProps {
  readonly error: JobError;
  readonly onShowStep: (step: StepView) => void;
}

/** Why a job ended before its end: which step, what happened and what to do, the raw end of the output, the ways on. */
export function FailurePanel({ error, onShowStep, ...steering }: FailurePanelProps) {
  const { job, steps } = steering;
  const t = useTranslations('jobs');
  const [retryError, setRetryError] = useState<unknown>(null);
  const step = steps[error.step];
  const isCancelled = job.state === 'cancelled';
  const output = error.output === undefined ? '' : plainLines(error.output);
  const title =
    isCancelled || !step ? error.title : t('failure.title', { step: stepTitle(t, step.name), title: error.title });
  return (
    <Notice
      tone={isCancelled ? 'off' : 'failed'}
      role={isCancelled ? 'status' : 'alert'}
      title={title}
      actions={
        <>
          <RetryButton {...steering} variant="filled" onError={setRetryError} />
          {step?.startedAt && (
            <Button variant="default" onClick={() => onShowStep(step)}>
              {t('failure.showLog')}
            </Button>
          )}
        </>
      }
    >
      <p className={classes['text']}>{error.public}</p>
      {output !== '' && (
        <div className={classes['output']}>
          <CodeBlock code={output} label={t('failure.output')} />
        </div>
      )}
      {!isCancelled && <p className={classes['retry']}>{retryText(t, steps)}</p>}
      <CallError error={retryError} />
      {!isCancelled && <ErrorDetails error={{ code: error.code }} />}
    </Notice>
  );
}

const plainLines = (text: string): string => text.split('\n').map(plainText).join('\n').trim();
