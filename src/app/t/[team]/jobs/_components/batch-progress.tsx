'use client';

import { Group } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import type { BatchCounts } from '@/lib/batch';

const shown = [
  ['succeeded', 'ok'],
  ['failed', 'failed'],
  ['running', 'active'],
  ['waiting', 'attention'],
  ['cancelling', 'attention'],
  ['queued', 'off'],
  ['held', 'off'],
  ['cancelled', 'off'],
] as const satisfies readonly (readonly [keyof BatchCounts, Tone])[];

/** How many of a batch's jobs stand how. */
export function BatchProgress({ counts }: { readonly counts: BatchCounts }) {
  const t = useTranslations('batches.counts');
  return (
    <Group gap={12}>
      {shown.map(([state, tone]) =>
        counts[state] === 0 ? null : (
          <StatusBadge key={state} tone={tone} isSpinning={state === 'running'}>
            {t(state, { count: counts[state] })}
          </StatusBadge>
        ),
      )}
    </Group>
  );
}
