'use client';

import { useTranslations } from 'next-intl';

import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';

import type { Verdict } from './self-test-view';

const verdictTones: Readonly<Record<Verdict, Tone>> = {
  never: 'off',
  running: 'active',
  passed: 'ok',
  failed: 'failed',
  incomplete: 'attention',
};

/** How a self-test ended: icon and word. */
export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  const t = useTranslations('selfTests.verdictOf');
  return (
    <StatusBadge tone={verdictTones[verdict]} isSpinning={verdict === 'running'}>
      {t(verdict)}
    </StatusBadge>
  );
}
