'use client';

import { useTranslations } from 'next-intl';

import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import { type HypervisorFacts, type HypervisorStanding, hypervisorStanding } from '@/lib/hypervisor-host';

const tones: Readonly<Record<HypervisorStanding, Tone>> = {
  unchecked: 'off',
  failed: 'failed',
  bare: 'attention',
  ready: 'ok',
};

export interface StandingBadgeProps {
  readonly facts: HypervisorFacts | null;
  readonly variant?: 'plain' | 'soft' | undefined;
}

/** How a hypervisor host stood when it was last checked. */
export function StandingBadge({ facts, variant }: StandingBadgeProps) {
  const t = useTranslations('hypervisors.standing');
  const standing = hypervisorStanding(facts);
  return (
    <StatusBadge tone={tones[standing]} variant={variant}>
      {t(standing)}
    </StatusBadge>
  );
}
