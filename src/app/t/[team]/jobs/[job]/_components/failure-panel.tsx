'use client';

import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { CodeBlock } from '@/app/_ui/code-block';
import { ErrorDetails } from '@/app/_ui/error-state';
import { Notice } from '@/app/_ui/notice';
import { plainText } from '@/lib/ansi';
import type { JobError } from '@/lib/job';
import type { JobView, StepView } from '@/lib/job-view';

import { stepTitle } from '../../_components/job-texts';
import { retryText } from './retry-button';

import classes from './failure-panel.module.css';

export interface FailurePanelProps {
  readonly job: JobView;
  readonly steps: readonly StepView[];
  readonly error: JobError;
  readonly onShowStep: (step: StepView) => void;
}

/** Why a job ended before its end: which step, what happened and what to do, the raw end of the output. */
export function FailurePanel({ job, steps, error, onShowStep }: FailurePanelProps) {
  const t = useTranslations('jobs');
  const step = steps[error.step];
  const isCancelled = job.state === 'cancelled';
  const output = error.output === undefined ? '' : plainLines(error.output);
  const title =
    isCancelled || !step ? error.title : t('failure.title', { step: stepTitle(t, step.name), title: error.title });
  return (
    <Notice tone={isCancelled ? 'off' : 'failed'} role={isCancelled ? 'status' : 'alert'} title={title}>
      <div className={classes['columns']} data-has-output={output !== '' || undefined}>
        <div>
          <p className={classes['text']}>{error.public}</p>
          {!isCancelled && <p className={classes['retry']}>{retryText(t, steps)}</p>}
          {(step?.startedAt || !isCancelled) && (
            <div className={classes['ways']}>
              {step?.startedAt && (
                <Button variant="default" size="xs" onClick={() => onShowStep(step)}>
                  {t('failure.showLog')}
                </Button>
              )}
              {!isCancelled && <ErrorDetails error={{ code: error.code }} />}
            </div>
          )}
        </div>
        {output !== '' && (
          <div className={classes['output']}>
            <CodeBlock code={output} label={t('failure.output')} />
          </div>
        )}
      </div>
    </Notice>
  );
}

const plainLines = (text: string): string => text.split('\n').map(plainText).join('\n').trim();
