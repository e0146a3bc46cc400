'use client';

import { IconBan, IconClockPause, IconHourglass, type TablerIcon } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import type { JobState } from '@/lib/job';

interface Look {
  readonly tone: Tone;
  readonly icon?: TablerIcon;
  readonly isSpinning?: boolean;
}

const looks: Readonly<Record<JobState, Look>> = {
  queued: { tone: 'off', icon: IconClockPause },
  running: { tone: 'active', isSpinning: true },
  waiting: { tone: 'attention', icon: IconHourglass },
  succeeded: { tone: 'ok' },
  failed: { tone: 'failed' },
  cancelling: { tone: 'attention', icon: IconBan },
  cancelled: { tone: 'off', icon: IconBan },
};

export interface JobStateBadgeProps {
  readonly state: JobState;
  readonly variant?: 'plain' | 'soft';
}

/** How a job stands, as icon, word and colour. */
export function JobStateBadge({ state, variant = 'plain' }: JobStateBadgeProps) {
  const t = useTranslations('jobs.state');
  return (
    <StatusBadge variant={variant} {...looks[state]}>
      {t(state)}
    </StatusBadge>
  );
}
