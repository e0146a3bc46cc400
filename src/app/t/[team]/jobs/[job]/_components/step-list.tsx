'use client';

import { UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronDown, IconList } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';

import { Duration } from '@/app/_ui/duration';
import { StepIcon } from '@/app/_ui/step-icon';
import type { LogOutline, StepView } from '@/lib/job-view';

import { stepTitle } from '../../_components/job-texts';
import { lineCount } from '../_log/log-rows';

import classes from './step-list.module.css';

export interface StepListProps {
  readonly steps: readonly StepView[];
  readonly outline: LogOutline;
  readonly selected: StepView | null;
  readonly onSelect: (step: StepView | null) => void;
}

/** The steps with how they stand and how long they took; choosing one shows its log alone. j and k walk them. */
export function StepList({ steps, outline, selected, onSelect }: StepListProps) {
  const t = useTranslations('jobs');
  const list = useRef<HTMLOListElement>(null);
  const [isExpanded, setExpanded] = useState(false);
  const choices = [null, ...steps];
  const place = selected ? steps.indexOf(selected) + 1 : 0;

  const move = (to: number, hasFocus: boolean) => {
    const choice = choices[to];
    if (choice === undefined) return;
    onSelect(choice);
    const button = list.current?.querySelectorAll('button')[to];
    if (hasFocus) button?.focus();
    button?.scrollIntoView({ block: 'nearest' });
  };
  useHotkeys([
    ['j', () => move(place + 1, false)],
    ['k', () => move(place - 1, false)],
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: steps.length }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to, true);
  };
  const current = steps.find(({ state }) => state === 'running' || state === 'failed' || state === 'cancelled');
  return (
    <nav className={classes['nav']} aria-label={t('page.stepsLabel')}>
      <UnstyledButton
        className={classes['summary']}
        aria-expanded={isExpanded}
        onClick={() => setExpanded(!isExpanded)}
      >
        {current && <StepIcon state={current.state} isDecorative />}
        <span className={classes['title']}>
          {selected ? stepTitle(t, selected.name) : current ? stepTitle(t, current.name) : t('page.allSteps')}
        </span>
        <span className={classes['quiet']}>
          {t('page.stepsDone', {
            done: steps.filter(({ state }) => state === 'succeeded').length,
            total: steps.length,
          })}
        </span>
        <IconChevronDown size={16} stroke={1.8} className={classes['chevron']} aria-hidden />
      </UnstyledButton>
      <ol ref={list} className={classes['list']} data-expanded={isExpanded || undefined}>
        <li>
          <Choice isChosen={selected === null} onChoose={() => onSelect(null)} onKeyDown={onKeyDown}>
            <IconList size={18} stroke={1.6} className={classes['all']} aria-hidden />
            <span className={classes['title']}>{t('page.allSteps')}</span>
            <span className={classes['quiet']}>{t('page.lines', { count: outline.lastSeq })}</span>
          </Choice>
        </li>
        {steps.map((step) => (
          <li key={step.index}>
            <Choice isChosen={selected === step} onChoose={() => onSelect(step)} onKeyDown={onKeyDown}>
              <StepIcon state={step.state} />
              <span
                className={classes['title']}
                data-pending={step.state === 'pending' || undefined}
                title={t('page.lines', { count: lineCount(outline, step.index) })}
              >
                {stepTitle(t, step.name)}
              </span>
              {step.startedAt && (
                <span className={classes['quiet']}>
                  <Duration since={step.startedAt} until={step.finishedAt ?? undefined} />
                </span>
              )}
            </Choice>
          </li>
        ))}
      </ol>
      <p className={classes['keys']}>{t('page.keys')}</p>
    </nav>
  );
}

interface ChoiceProps {
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly children: ReactNode;
}

function Choice({ isChosen, onChoose, onKeyDown, children }: ChoiceProps) {
  return (
    <UnstyledButton
      className={classes['choice']}
      aria-current={isChosen ? 'true' : undefined}
      // One stop in the order of tabs; the arrows walk the rest.
      tabIndex={isChosen ? 0 : -1}
      onClick={onChoose}
      onKeyDown={onKeyDown}
    >
      {children}
    </UnstyledButton>
  );
}
