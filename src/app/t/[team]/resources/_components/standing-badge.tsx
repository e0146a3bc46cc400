import { useTranslations } from 'next-intl';

import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import type { ResourceStanding } from '@/lib/resource';

const toneOf: Readonly<Record<ResourceStanding, Tone>> = {
  exists: 'ok',
  asked: 'attention',
  missing: 'failed',
  unwanted: 'attention',
  found: 'attention',
  forgotten: 'off',
};

/** How a thing stands between the ledger and its provider. */
export function StandingBadge({ standing }: { readonly standing: ResourceStanding }) {
  const t = useTranslations('resources.standing');
  return <StatusBadge tone={toneOf[standing]}>{t(standing)}</StatusBadge>;
}
