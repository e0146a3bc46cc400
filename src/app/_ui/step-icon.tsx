'use client';

import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCircle,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
  IconPlayerSkipForward,
  IconProgress,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { type Tone, tones } from './tone';

import classes from './step-icon.module.css';

export type StepState = 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'skipped' | 'undone';

const looks: Readonly<Record<StepState, { readonly tone: Tone; readonly icon: TablerIcon }>> = {
  pending: { tone: 'off', icon: IconCircle },
  running: { tone: 'active', icon: IconProgress },
  waiting: { tone: 'attention', icon: IconAlertTriangle },
  succeeded: { tone: 'ok', icon: IconCircleCheck },
  failed: { tone: 'failed', icon: IconCircleX },
  cancelled: { tone: 'off', icon: IconCircleMinus },
  skipped: { tone: 'off', icon: IconPlayerSkipForward },
  undone: { tone: 'off', icon: IconArrowBackUp },
};

export interface StepIconProps {
  readonly state: StepState;
  readonly size?: number | undefined;
  /** The state's word stands beside it anyway: the icon says nothing then. */
  readonly isDecorative?: boolean | undefined;
}

/** How a step of a job stands. The running one pulses, unless the system asks for less motion. */
export function StepIcon({ state, size = 18, isDecorative = false }: StepIconProps) {
  const t = useTranslations('common.stepState');
  const { tone, icon: Icon } = looks[state];
  const name = isDecorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': t(state) };
  return (
    <span className={classes['icon']} data-state={state} style={{ color: tones[tone].colour }} {...name}>
      <Icon size={size} stroke={1.8} aria-hidden />
    </span>
  );
}
