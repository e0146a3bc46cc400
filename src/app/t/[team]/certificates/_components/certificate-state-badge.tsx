'use client';

import { IconBan, IconClockOff, IconPlayerPause, type TablerIcon } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import type { CertificateState } from '@/lib/revocation';

const looks: Readonly<Record<CertificateState, { readonly tone: Tone; readonly icon?: TablerIcon }>> = {
  active: { tone: 'ok' },
  suspended: { tone: 'attention', icon: IconPlayerPause },
  expired: { tone: 'off', icon: IconClockOff },
  revoked: { tone: 'failed', icon: IconBan },
};

export interface CertificateStateBadgeProps {
  readonly state: CertificateState;
  readonly variant?: 'plain' | 'soft';
}

/** How a certificate stands, as icon, word and colour. */
export function CertificateStateBadge({ state, variant = 'plain' }: CertificateStateBadgeProps) {
  const t = useTranslations('certificates.state');
  return (
    <StatusBadge variant={variant} {...looks[state]}>
      {t(state)}
    </StatusBadge>
  );
}
