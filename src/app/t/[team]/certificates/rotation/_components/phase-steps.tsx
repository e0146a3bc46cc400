'use client';

import { useTranslations } from 'next-intl';

import { StepIcon, type StepState } from '@/app/_ui/step-icon';

import { type RotationKind, type RotationPhase, type StepStatus, stepsOf } from './phases';

import classes from './rotation.module.css';

const icons: Readonly<Record<StepStatus, StepState>> = {
  done: 'succeeded',
  current: 'running',
  next: 'pending',
  undone: 'cancelled',
};

export interface PhaseStepsProps {
  readonly kind: RotationKind;
  readonly phase: RotationPhase;
}

/** The parts of a rotation and how far it is: side by side, or one under the other on small screens. */
export function PhaseSteps({ kind, phase }: PhaseStepsProps) {
  const t = useTranslations('rotation');
  const names = kind === 'client' ? 'clientPhase' : 'phase';
  return (
    <ol className={classes['steps']} data-kind={kind} aria-label={t('phases')}>
      {stepsOf(kind, phase).map(({ step, status }) => (
        <li
          key={step}
          className={classes['step']}
          data-status={status}
          aria-current={status === 'current' ? 'step' : undefined}
        >
          <span className={classes['mark']}>
            <StepIcon state={icons[status]} size={22} isDecorative />
          </span>
          <span className={classes['stepName']}>
            {t(`${names}.${step}`)}
            <span className={classes['stepState']}>{t(`phaseState.${status}`)}</span>
          </span>
          <p className={classes['hint']}>{t(`${names}Hint.${step}`)}</p>
        </li>
      ))}
    </ol>
  );
}
