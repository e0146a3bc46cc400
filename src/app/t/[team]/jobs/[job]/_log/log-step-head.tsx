'use client';

import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { Duration } from '@/app/_ui/duration';
import { StepIcon } from '@/app/_ui/step-icon';
import type { StepView } from '@/lib/job-view';

import { stepTitle } from '../../_components/job-texts';

import classes from './log-lines.module.css';

export interface LogStepHeadProps {
  readonly step: StepView;
  readonly lines: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** The head of a step among the lines; folds and unfolds them. */
export function LogStepHead({ step, lines, isOpen, onToggle }: LogStepHeadProps) {
  const t = useTranslations('jobs');
  const title = stepTitle(t, step.name);
  return (
    <UnstyledButton
      className={classes['head']}
      aria-expanded={isOpen}
      aria-label={t(isOpen ? 'log.fold' : 'log.unfold', { step: title })}
      onClick={onToggle}
    >
      <IconChevronRight size={16} stroke={1.8} className={classes['chevron']} aria-hidden />
      <StepIcon state={step.state} size={16} isDecorative />
      <span className={classes['headTitle']}>{title}</span>
      <span className={classes['quiet']}>{t('page.lines', { count: lines })}</span>
      {step.startedAt && (
        <span className={classes['quiet']}>
          <Duration since={step.startedAt} until={step.finishedAt ?? undefined} />
        </span>
      )}
    </UnstyledButton>
  );
}
